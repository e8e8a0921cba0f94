//! What those learn who watch over the server: figures in OpenMetrics that tell no body from another and do not grow.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
};

use actix_web::{
    http::Method,
    test::{TestRequest, call_service, init_service},
};
use sportello_api::app;

use crate::world::{LOCAL, Reply, World};

/// What a family of figures is: its type and its samples by name and labels.
#[derive(Debug, Default)]
struct Family {
    kind: String,
    samples: BTreeMap<String, String>,
}

/// Reads an exposition as strictly as the format is written (OpenMetrics 1.0), for the types that are used here.
fn parse(text: &str) -> BTreeMap<String, Family> {
    let body = text.strip_suffix("# EOF\n").unwrap();
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let (mut current, mut units) = (String::new(), BTreeMap::new());
    for line in body.lines() {
        if let Some(about) = line.strip_prefix("# ") {
            let mut words = about.splitn(3, ' ');
            let (what, name, rest) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            if name != current {
                assert!(!families.contains_key(name), "{name} is interleaved");
                assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
                name.clone_into(&mut current);
            }
            let family = families.entry(name.to_owned()).or_default();
            match what {
                "TYPE" => {
                    assert!(family.kind.is_empty() && family.samples.is_empty(), "{line}");
                    assert!(["counter", "gauge", "histogram", "info"].contains(&rest), "{line}");
                    rest.clone_into(&mut family.kind);
                }
                "HELP" => assert!(rest.ends_with('.'), "{line}"),
                "UNIT" => assert_eq!(units.insert(name.to_owned(), rest.to_owned()), None, "{line}"),
                _ => panic!("{line}"),
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        let name = series.split('{').next().unwrap();
        let family = families.get_mut(&current).unwrap();
        let suffix = name.strip_prefix(current.as_str()).unwrap_or_else(|| panic!("{name} stands under {current}"));
        let suffixes: &[&str] = match family.kind.as_str() {
            "counter" => &["_total"],
            "gauge" => &[""],
            "histogram" => &["_bucket", "_sum", "_count"],
            "info" => &["_info"],
            kind => panic!("{current} is a {kind}"),
        };
        assert!(suffixes.contains(&suffix), "{line}");
        let number: f64 = value.parse().unwrap();
        assert!(number.is_finite() && (family.kind == "gauge" || number >= 0.0), "{line}");
        assert_eq!(family.samples.insert(series.to_owned(), value.to_owned()), None, "{series} stands twice");
    }
    for (name, unit) in units {
        assert!(name.ends_with(&format!("_{unit}")), "{name} is in {unit}");
    }
    families
}

async fn asked_by(world: &World, peer: Option<SocketAddr>, headers: &[(&'static str, &'static str)]) -> Reply {
    let request = TestRequest::get().uri("/metrics");
    let request = match peer {
        Some(peer) => request.peer_addr(peer),
        None => request,
    };
    world.send(headers.iter().fold(request, |request, header| request.insert_header(*header))).await
}

async fn text(world: &World) -> String {
    let reply = asked_by(world, Some(LOCAL), &[]).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    String::from_utf8(reply.bytes).unwrap()
}

#[actix_web::test]
async fn figures_are_openmetrics_and_count_what_happens() {
    let world = World::with_limit(3).await;
    for _ in 0..2 {
        world.get("/v1/tenants/alfa/services").await.expect(200);
    }
    world.get("/v1/tenants/beta/nothing").await;
    world.get("/v1/tenants/alfa").await.expect(429);
    let text = text(&world).await;
    let families = parse(&text);
    let value = |family: &str, series: &str| families[family].samples[series].as_str();
    let services = r#"{route="/v1/tenants/{tenant}/services",method="GET",status="2xx"}"#;
    assert_eq!(value("sportello_http_requests", &format!("sportello_http_requests_total{services}")), "2");
    let nowhere = r#"sportello_http_requests_total{route="none",method="GET",status="4xx"}"#;
    assert_eq!(value("sportello_http_requests", nowhere), "1");
    assert_eq!(value("sportello_http_requests_in_flight", "sportello_http_requests_in_flight"), "1", "this one");
    let count = r#"sportello_http_request_duration_seconds_count{route="/v1/tenants/{tenant}/services"}"#;
    assert_eq!(value("sportello_http_request_duration_seconds", count), "2");
    assert_eq!(value("sportello_rate_limit_refusals", "sportello_rate_limit_refusals_total"), "1");
    assert_eq!(value("sportello_tenants", r#"sportello_tenants{state="active"}"#), "2");
    assert_eq!(value("sportello_tenants", r#"sportello_tenants{state="unavailable"}"#), "1");
    assert_eq!(value("sportello_degraded", r#"sportello_degraded{part="redis"}"#), "0");
    let connections = families.get("sportello_database_connections").map(|family| family.samples.keys().cloned().collect::<Vec<_>>());
    let of = |placement: &str| {
        ["idle", "in_use"].map(|state| format!(r#"sportello_database_connections{{placement="{placement}",state="{state}"}}"#))
    };
    let expected = if sportello_test_postgres::wanted() { [of("main"), of("platform")].concat() } else { Vec::new() };
    assert_eq!(connections.unwrap_or_default(), expected, "one pool for each placement, not for each body");
    assert_eq!(value("sportello_configuration_generation", "sportello_configuration_generation"), "1");
    assert_eq!(value("sportello_build", &format!("sportello_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), "1");
    for family in
        ["process_start_time_seconds", "sportello_jobs", "sportello_jobs_waiting", "sportello_outbox", "sportello_outbox_given_up"]
    {
        assert!(!families[family].samples.is_empty(), "{family}");
    }
    for body in ["alfa", "beta", "gamma"] {
        assert!(!text.contains(body), "{body} is named");
    }
}

/// Thousands of bodies, of addresses and of methods that somebody made up give no more series than a few did.
#[actix_web::test]
async fn the_number_of_series_is_bounded() {
    let world = World::new().await;
    let service = init_service(app(world.state())).await;
    let mut counts = BTreeSet::new();
    // The figures are read once before: that is a route, too.
    text(&world).await;
    for turn in 0..20 {
        for number in 0..100 {
            let path = match number % 4 {
                0 => format!("/v1/tenants/body-{turn}-{number}/services/service-{number}"),
                1 => format!("/v1/tenants/alfa/cases/case-{turn}-{number}"),
                2 => format!("/made-up/{turn}/{number}"),
                _ => format!("/problems/code-{turn}-{number}"),
            };
            let method = if number % 8 < 4 { Method::GET } else { Method::from_bytes(format!("M{turn}X{number}").as_bytes()).unwrap() };
            call_service(&service, TestRequest::with_uri(&path).method(method).to_request()).await;
        }
        if turn % 10 != 0 && turn != 19 {
            continue;
        }
        let series: usize = parse(&text(&world).await).values().map(|family| family.samples.len()).sum();
        counts.insert(series);
    }
    assert_eq!(counts.len(), 1, "the number of series grew: {counts:?}");
    assert!(counts.iter().all(|series| *series < 100), "{counts:?}");
}

#[actix_web::test]
async fn strangers_find_no_figures() {
    let world = World::new().await;
    let elsewhere: SocketAddr = "192.0.2.7:4000".parse().unwrap();
    let nobody = world.get("/nothing-at-all").await;
    for (peer, headers) in [
        (None, &[][..]),
        (Some(elsewhere), &[]),
        (Some(LOCAL), &[("x-forwarded-for", "192.0.2.7")]),
        (Some(LOCAL), &[("forwarded", "for=192.0.2.7")]),
        (Some(elsewhere), &[("x-forwarded-for", "127.0.0.1")]),
    ] {
        let reply = asked_by(&world, peer, headers).await;
        assert_eq!(reply.problem(), nobody.problem(), "{peer:?} {headers:?}");
    }
}
