//! Who holds which role: given and taken by administrators, acting at once.

use jiff::civil::date;
use sportello_domain::{permissions::Role, refusal::Code, tenant::People};
use sportello_engine::{
    Identity, Unread,
    assignments::{self, Grant, Whom},
    me, support,
};

use crate::world::{World, code, faults, mario, page, staff, unreadable};

fn grant(role: Role) -> Grant {
    Grant {
        whom: Whom::TaxCode("VRDGPP70C15I304O".into()),
        given_name: "Giuseppe".into(),
        family_name: "Verdi".into(),
        role,
        office: None,
        valid_from: None,
        valid_until: None,
    }
}

fn giuseppe() -> Identity {
    Identity { tax_code: Some("VRDGPP70C15I304O".into()), ..staff("giuseppe") }
}

#[tokio::test]
async fn a_role_acts_at_once_and_ends_at_once() {
    let world = World::new().await;
    let administrator = staff("administrator");
    let case = world.permit(&mario()).await.case.id;
    assert_eq!(code(world.get(&giuseppe(), case).await), Code::NotFound);
    let given = assignments::grant(&world.engine, &world.call(&administrator), Unread::known(grant(Role::CaseOfficer))).await.unwrap();
    assert!(world.get(&giuseppe(), case).await.is_ok());
    let citizen = Identity { people: People::Citizens, ..giuseppe() };
    assert_eq!(code(world.get(&citizen, case).await), Code::NotFound, "the same person logged in as a citizen is a citizen");
    let stale = assignments::end(&world.engine, &world.call_at(&administrator, given.version + 1), given.id).await;
    assert_eq!(code(stale), Code::VersionMismatch);
    assignments::end(&world.engine, &world.call_at(&administrator, given.version), given.id).await.unwrap();
    assert_eq!(code(world.get(&giuseppe(), case).await), Code::NotFound);
}

#[tokio::test]
async fn a_role_counts_from_its_first_day_to_its_last() {
    let world = World::new().await;
    let case = world.permit(&mario()).await.case.id;
    let dated = Grant { valid_from: Some(date(2026, 3, 10)), valid_until: Some(date(2026, 3, 12)), ..grant(Role::CaseOfficer) };
    assignments::grant(&world.engine, &world.call(&staff("administrator")), Unread::known(dated)).await.unwrap();
    for (instant, holds) in
        [("2026-03-09T22:59:59Z", false), ("2026-03-09T23:00:00Z", true), ("2026-03-12T22:59:59Z", true), ("2026-03-12T23:00:00Z", false)]
    {
        world.outside.hands.set(instant);
        assert_eq!(world.get(&giuseppe(), case).await.is_ok(), holds, "{instant}: days are those of Rome");
    }
}

#[tokio::test]
async fn what_cannot_be_given_is_said_at_once() {
    let world = World::new().await;
    let administrator = staff("administrator");
    let wrong = Grant {
        whom: Whom::TaxCode("VRDGPP70C15I304X".into()),
        office: Some("moon".into()),
        valid_from: Some(date(2026, 3, 2)),
        valid_until: Some(date(2026, 3, 1)),
        ..grant(Role::Citizen)
    };
    let mut found = faults(assignments::grant(&world.engine, &world.call(&administrator), Unread::known(wrong)).await);
    found.sort();
    let expected =
        [("/office", "unknown_office"), ("/role", "not_assignable"), ("/tax_code", "check_letter"), ("/valid_until", "before_valid_from")];
    assert_eq!(found.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect::<Vec<_>>(), expected);
    let officer = staff("officer");
    assert_eq!(code(assignments::grant(&world.engine, &world.call(&officer), unreadable()).await), Code::Forbidden);
    assert_eq!(code(assignments::page(&world.engine, &world.call(&officer), page()).await), Code::Forbidden);
    assert_eq!(code(assignments::page(&world.engine, &world.call(&mario()), page()).await), Code::Forbidden);
}

#[tokio::test]
async fn who_has_no_fiscal_code_at_work_is_named_by_what_the_log_in_calls_them() {
    let world = World::new().await;
    let administrator = staff("administrator");
    let case = world.permit(&mario()).await.case.id;
    let by = |subject: &str, issuer: Option<&str>| Grant {
        whom: Whom::Subject { subject: subject.into(), issuer: issuer.map(Into::into) },
        ..grant(Role::CaseOfficer)
    };
    assert_eq!(code(world.get(&staff("newcomer"), case).await), Code::NotFound);
    assignments::grant(&world.engine, &world.call(&administrator), Unread::known(by("newcomer", None))).await.unwrap();
    assert!(world.get(&staff("newcomer"), case).await.is_ok());
    let stranger =
        assignments::grant(&world.engine, &world.call(&administrator), Unread::known(by("x", Some("https://elsewhere.example")))).await;
    assert_eq!(faults(stranger), [("/issuer".to_owned(), "unknown_issuer")]);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let world = World::new().await;
    let administrator = staff("administrator");
    let all = assignments::page(&world.engine, &world.call(&administrator), page()).await.unwrap().items;
    let own = all.iter().find(|held| held.role == Role::Administrator).unwrap();
    assert_eq!(code(assignments::end(&world.engine, &world.call(&administrator), own.id).await), Code::Unprocessable);
    let other = assignments::grant(&world.engine, &world.call(&administrator), Unread::known(grant(Role::Administrator))).await.unwrap();
    assignments::end(&world.engine, &world.call(&administrator), own.id).await.unwrap();
    assert_eq!(code(assignments::end(&world.engine, &world.call(&giuseppe()), other.id).await), Code::Unprocessable);
    assert_eq!(code(assignments::page(&world.engine, &world.call(&administrator), page()).await), Code::NotFound);
}

#[tokio::test]
async fn who_am_i_tells_roles_where_they_are() {
    let world = World::new().await;
    let roles = |who: Identity| {
        let engine = world.engine.clone();
        async move {
            let who = me::who(&engine, &who).await.unwrap();
            who.memberships.into_iter().map(|held| (held.tenant.to_string(), held.role, held.office)).collect::<Vec<_>>()
        }
    };
    assert_eq!(roles(mario()).await, [("alfa".to_owned(), Role::Citizen, None)]);
    assert_eq!(roles(staff("registrar")).await, [("alfa".to_owned(), Role::CaseOfficer, Some("registry".into()))]);
    assert_eq!(roles(staff("nobody")).await, []);
}

#[tokio::test]
async fn the_fleet_is_for_the_support_bodys_support_alone() {
    let world = World::new().await;
    assignments::ensure(&world.engine, &world.alfa, &staff("pretender"), Role::Support, None).await.unwrap();
    let helper = Identity { home: world.beta.id, ..staff("helper") };
    let clerk = Identity { home: world.beta.id, ..staff("clerk") };
    assignments::ensure(&world.engine, &world.beta, &helper, Role::Support, None).await.unwrap();
    assignments::ensure(&world.engine, &world.beta, &clerk, Role::Operator, None).await.unwrap();
    assert_eq!(code(support::tenants(&world.engine, &mario()).await), Code::NotFound);
    assert_eq!(code(support::tenants(&world.engine, &staff("pretender")).await), Code::NotFound);
    assert_eq!(code(support::tenants(&world.engine, &clerk).await), Code::Forbidden);
    assert_eq!(code(support::reload(&world.engine, &clerk).await), Code::Forbidden);
    let seen = support::tenants(&world.engine, &helper).await.unwrap();
    assert_eq!(seen.iter().map(|state| &*state.slug).collect::<Vec<_>>(), ["alfa", "beta"]);
    assert!(support::reload(&world.engine, &helper).await.is_ok());
}

#[tokio::test]
async fn a_role_that_gives_nothing_is_not_given() {
    let world = World::new().await;
    for (role, problem) in [(Role::Citizen, "not_assignable"), (Role::Delegate, "gives_nothing"), (Role::Professional, "gives_nothing")] {
        let found = faults(assignments::grant(&world.engine, &world.call(&staff("administrator")), Unread::known(grant(role))).await);
        assert_eq!(found.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect::<Vec<_>>(), [("/role", problem)], "{role:?}");
    }
}
