//! Bodies that come in while others stand on their last good configuration.

use std::{collections::BTreeMap, sync::Arc};

use sportello_domain::tenant::Tenant;
use sportello_engine::fleet::Found;
use sportello_tenancy::{Installation, Loaded, Platform};

use crate::world::World;

fn loaded(slug: &str, tenant: Option<Tenant>) -> (String, Loaded) {
    (slug.to_owned(), Loaded { slug: slug.to_owned(), id: None, tenant: tenant.map(Arc::new), problems: Vec::new() })
}

fn installation(tenants: impl IntoIterator<Item = (String, Loaded)>) -> Installation {
    let tenants: BTreeMap<_, _> = tenants.into_iter().collect();
    Installation { platform: Platform::default(), tenants, problems: Vec::new() }
}

#[tokio::test]
async fn who_stands_on_its_last_good_configuration_keeps_its_rows_and_its_domain() {
    let world = World::new().await;
    let fleet = world.engine.fleet();
    let alfa = Tenant { domains: [("alfa.example".into(), true)].into_iter().collect(), ..Tenant::clone(&world.alfa) };
    fleet.take_in(&installation([loaded("alfa", Some(alfa.clone()))]));

    // A folder that sorts first takes its domain, another takes its id.
    let other = Tenant { slug: "aaa".into(), id: world.beta.id, ..alfa.clone() };
    let twin = Tenant { slug: "abc".into(), ..alfa.clone() };
    let taken = fleet.take_in(&installation([loaded("aaa", Some(other)), loaded("abc", Some(twin)), loaded("alfa", None)]));

    assert_eq!(taken.stale, ["alfa".into()]);
    assert_eq!(taken.unavailable, ["abc".into()]);
    assert_eq!(fleet.by_id(alfa.id).unwrap().slug, alfa.slug);
    assert_eq!(fleet.by_host("alfa.example").unwrap().slug, alfa.slug);
    assert!(matches!(fleet.find("abc"), Found::Unavailable), "two bodies never share one file of rows");
    assert!(fleet.last_good("abc").is_none(), "what was not served is nobody's last good configuration");
    assert!(matches!(fleet.find("aaa"), Found::Ready(_)));
}
