use super::*;
use crate::problem::Language;

fn read(text: &str) -> (Policies, Vec<crate::problem::Problem>) {
    let mut problems = Problems::new();
    let node = crate::yaml::parse(text, &"p.yaml".into(), &mut problems).unwrap();
    let policies = Policies::read(&node, &mut problems);
    (policies, problems.sorted())
}

#[test]
fn the_most_specific_path_wins() {
    let (policies, problems) = read(concat!(
        "policies:\n  services.*.fees.*.amount: {within: {min: \"0.00\"}, owned_by: tenant}\n",
        "  services.*.fees: free\n  services.*.fees.stamp-duty: locked\n  services.ztl.fees.issue.amount: only_shorter\n",
    ));
    assert!(problems.is_empty(), "{problems:?}");
    let rule = |path: &str| policies.find(&path.split('.').collect::<Vec<_>>()).map(|policy| policy.rule);
    assert_eq!(rule("services.badge.fees.issue.amount"), Some(Rule::Within));
    assert_eq!(rule("services.badge.fees.issue.title.it"), Some(Rule::Free));
    assert_eq!(rule("services.badge.fees.stamp-duty.title"), Some(Rule::Locked));
    assert_eq!(rule("services.badge.fees.stamp-duty.amount"), Some(Rule::Locked), "the lock of one fee covers its amount");
    assert_eq!(rule("services.ztl.fees.issue.amount"), Some(Rule::OnlyShorter));
    assert_eq!(rule("services.badge.how"), None);
}

#[test]
fn a_tie_is_an_error() {
    let (_, problems) = read("policies:\n  services.*.fees.issue: locked\n  services.ztl.fees.*: free\n");
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].code(), problems[0].span.line), ("policy_tie", 3));
}

#[test]
fn bounds_compare_amounts_and_dates() {
    let bounds = Bounds { min: Some("0.00".into()), max: Some("20.00".into()) };
    assert!(bounds.admit("9.50") && !bounds.admit("20.01"));
    let days = Bounds { min: Some("2026-01-01".into()), max: None };
    assert!(days.admit("2026-01-01") && !days.admit("2025-12-31") && !days.admit("domani"));
}

fn said(policy: &str) -> Vec<String> {
    let (policies, problems) = read(&format!("policies:\n  services.*.how: {policy}\n"));
    assert!(policies.find(&["services", "badge", "how"]).is_none(), "{policy}");
    problems.iter().map(|problem| problem.line(Language::It)).collect()
}

#[test]
fn a_rule_that_is_not_in_force_is_not_written() {
    for rule in WORDS {
        let expected = format!(
            "p.yaml:2:{}: errore: 'policies.services.*.how.{rule}' è false: una regola scritta vale sempre\n    \
             rimedio: togli '{rule}'; perché l'ente sia libero di cambiare il valore scrivi 'free'",
            22 + rule.len()
        );
        assert_eq!(said(&format!("{{{rule}: false}}")), [expected]);
    }
    assert_eq!(
        said("{locked: si}"),
        ["p.yaml:2:28: errore: 'policies.services.*.how.locked' deve essere true o false, non 'si'\n    rimedio: scrivi true"]
    );
}

#[test]
fn a_policy_says_one_thing() {
    assert_eq!(
        said("{locked: true, within: {min: 1}}"),
        ["p.yaml:2:34: errore: 'policies.services.*.how' ha due regole: 'locked' e 'within'\n    rimedio: lasciane una sola"]
    );
}

#[test]
fn what_a_policy_cannot_mean_is_refused() {
    assert_eq!(
        said("{free: true, owned_by: comune}"),
        ["p.yaml:2:42: errore: 'comune' non è un valore di 'policies.services.*.how.owned_by'\n    rimedio: i valori ammessi sono: tenant"]
    );
    assert_eq!(
        said("{within: 20}"),
        ["p.yaml:2:28: errore: 'policies.services.*.how.within' deve essere {min: …, max: …}, non '20'\n    rimedio: correggi il valore"]
    );
    assert_eq!(
        said("{within: {massimo: 20}}"),
        [
            "p.yaml:2:29: errore: 'massimo' non è un valore di 'policies.services.*.how.within'\n    rimedio: i valori ammessi sono: min, max"
        ]
    );
    assert_eq!(
        said("{within: {min: \"9.00\", max: \"5.00\"}}"),
        ["p.yaml:2:28: errore: 'policies.services.*.how.within' non ammette nessun valore: il minimo è 9.00, il massimo 5.00\n    \
             rimedio: scambia i due limiti, oppure correggili"]
    );
    assert_eq!(
        said("{locked: true, why: {ita: legge}}"),
        ["p.yaml:2:40: errore: 'ita' non è un valore di 'policies.services.*.how.why'\n    rimedio: forse intendevi 'it'?"]
    );
}
