//! Tenants that come, change, move and go at random, beside a model of what each should answer.

use std::collections::BTreeMap;

use cors_policy::{Outcome, Policy, Resolve as _};
use cors_policy_program::pattern;
use cors_policy_tenants::store::{Checked, Key, Store};
use cors_policy_tenants::{Node, compile};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::{NEVER, me, unchecked};
use cors_policy_tests::generate::{Bytes, Case, Patterns, cases, runner};
use http::header::VARY;
use http::{HeaderName, HeaderValue, Request};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::{WIDE, runtime};

const TENANTS: usize = 4;
const HOSTS: usize = 6;

#[derive(Clone, Debug)]
enum Step {
    Publish {
        tenant: usize,
        case: Case,
        credentials: bool,
        active: bool,
    },
    Damage {
        tenant: usize,
    },
    Shadow {
        tenant: usize,
        case: Case,
    },
    Move {
        host: usize,
        to: usize,
    },
    Suspend(usize),
    Resume(usize),
    Tier(usize, bool),
    Rollback(usize),
    /// It is gone, and somebody else gets its place and none of its hosts.
    Replace(usize),
    Sync,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let tenant = || 0..TENANTS;
    let publish = (tenant(), cases(3, 4), any::<bool>(), prop::bool::weighted(0.9))
        .prop_map(|(tenant, case, credentials, active)| Step::Publish { tenant, case, credentials, active });
    let step = prop_oneof![
        5 => publish,
        1 => tenant().prop_map(|tenant| Step::Damage { tenant }),
        1 => (tenant(), cases(2, 2)).prop_map(|(tenant, case)| Step::Shadow { tenant, case }),
        4 => (0..HOSTS, tenant()).prop_map(|(host, to)| Step::Move { host, to }),
        1 => tenant().prop_map(Step::Suspend),
        2 => tenant().prop_map(Step::Resume),
        1 => (tenant(), any::<bool>()).prop_map(|(tenant, other)| Step::Tier(tenant, other)),
        1 => tenant().prop_map(Step::Rollback),
        1 => tenant().prop_map(Step::Replace),
        5 => Just(Step::Sync),
    ];
    vec(step, 10..40)
}

/// A document of which it is known what it means.
#[derive(Clone, Debug)]
struct Good {
    policy: Policy,
    patterns: Patterns,
}

#[derive(Debug, Default)]
struct Tenant {
    slug: String,
    suspended: bool,
    /// All versions; nothing where the document is damaged.
    versions: Vec<Option<Good>>,
    active: Option<usize>,
    served: Option<Good>,
}

struct World {
    store: Store,
    node: Node,
    tenants: Vec<Tenant>,
    /// Whose each host is.
    hosts: BTreeMap<usize, usize>,
    origins: Vec<Bytes>,
    names: usize,
}

fn host(number: usize) -> String {
    format!("host-{number}.test")
}

/// The document, if the language takes the patterns together. Whom it is for can be read in its answers.
fn document(slug: &str, patterns: &Patterns, credentials: bool) -> Option<(Checked, Good)> {
    let mut rules: Vec<serde_json::Value> = patterns
        .rules
        .iter()
        .enumerate()
        .map(|(place, origins)| {
            serde_json::json!({
                "name": format!("rule{place}"), "origins": origins, "credentials": credentials,
                "methods": ["PUT"], "request_headers": [format!("x-{slug}-{place}")],
                "expose_headers": [format!("x-{slug}")], "max_age": 60 + place,
            })
        })
        .collect();
    if patterns.any {
        rules.push(
            serde_json::json!({"name": "any", "origins": "*", "expose_headers": [format!("x-{slug}")]}),
        );
    }
    let text = serde_json::json!({ "rules": rules }).to_string();
    let policy = compile(&text, &WIDE).ok()?.policy;
    let checked = Checked::new(&text, &WIDE).unwrap();
    Some((checked, Good { policy, patterns: patterns.clone() }))
}

impl World {
    async fn new(place: &Place) -> Self {
        let store = place.store().await;
        let node = Node::builder(&place.url, &WIDE).name("node").poll(NEVER).start().await.unwrap();
        let tenants = (0..TENANTS).map(|_| Tenant::default()).collect();
        let mut world = World { store, node, tenants, hosts: BTreeMap::new(), origins: Vec::new(), names: 0 };
        for number in 0..TENANTS {
            world.create(number).await;
            world.lead(number, number).await;
        }
        world
    }

    async fn create(&mut self, number: usize) {
        let slug = format!("tenant-{}", self.names);
        self.names += 1;
        self.store.create_tenant(me(), &slug, "standard").await.unwrap();
        self.tenants[number] = Tenant { slug, ..Tenant::default() };
    }

    async fn lead(&mut self, number: usize, to: usize) {
        let key = Key::host(&host(number)).unwrap();
        if let Some(from) = self.hosts.insert(number, to) {
            self.store.remove_key(me(), &self.tenants[from].slug, &key).await.unwrap();
        }
        self.store.add_key(me(), &self.tenants[to].slug, &key).await.unwrap();
    }

    async fn take(&mut self, step: Step) {
        let store = &self.store;
        match step {
            Step::Publish { tenant, case, credentials, active } => {
                let tenant = &mut self.tenants[tenant];
                self.origins.extend(case.origins);
                let good = document(&tenant.slug, &case.patterns, credentials)
                    .or_else(|| document(&tenant.slug, &case.patterns, false));
                let Some((checked, good)) = good else { return };
                store.publish(me(), &tenant.slug, &checked, active).await.unwrap();
                tenant.versions.push(Some(good));
                if active {
                    tenant.active = Some(tenant.versions.len());
                }
            }
            Step::Damage { tenant } => {
                let tenant = &mut self.tenants[tenant];
                store.publish(me(), &tenant.slug, &unchecked("{}"), true).await.unwrap();
                tenant.versions.push(None);
                tenant.active = Some(tenant.versions.len());
            }
            Step::Shadow { tenant, case } => {
                let tenant = &mut self.tenants[tenant];
                let Some((checked, good)) = document(&tenant.slug, &case.patterns, false) else { return };
                let tried = store.publish(me(), &tenant.slug, &checked, false).await.unwrap();
                store.shadow(me(), &tenant.slug, Some(tried.version)).await.unwrap();
                tenant.versions.push(Some(good));
            }
            Step::Move { host, to } => self.lead(host, to).await,
            Step::Suspend(tenant) => {
                store.suspend(me(), &self.tenants[tenant].slug).await.unwrap();
                self.tenants[tenant].suspended = true;
            }
            Step::Resume(tenant) => {
                store.resume(me(), &self.tenants[tenant].slug).await.unwrap();
                self.tenants[tenant].suspended = false;
            }
            Step::Tier(tenant, other) => {
                let tier = if other { "other" } else { "standard" };
                store.set_tier(me(), &self.tenants[tenant].slug, tier).await.unwrap();
            }
            Step::Rollback(tenant) => {
                let tenant = &mut self.tenants[tenant];
                if tenant.active.is_some() {
                    store.activate(me(), &tenant.slug, 1).await.unwrap();
                    tenant.active = Some(1);
                }
            }
            Step::Replace(tenant) => {
                store.delete_tenant(me(), &self.tenants[tenant].slug).await.unwrap();
                self.hosts.retain(|_, owner| *owner != tenant);
                self.create(tenant).await;
            }
            Step::Sync => self.sync().await,
        }
    }

    /// What is wrong with the newest document does not take away the one before.
    async fn sync(&mut self) {
        self.node.sync_accepting_shrink().await.unwrap();
        for tenant in &mut self.tenants {
            let newest = tenant.active.filter(|_| !tenant.suspended);
            tenant.served =
                newest.and_then(|number| tenant.versions[number - 1].clone().or(tenant.served.take()));
        }
        self.check();
    }

    fn check(&self) {
        let served = self.tenants.iter().filter(|tenant| tenant.served.is_some()).count();
        assert_eq!(self.node.health().tenants, served);
        let newest = self.origins.iter().rev().take(60);
        for Bytes(origin) in newest {
            for number in 0..HOSTS {
                let tenant = self.hosts.get(&number).map(|tenant| &self.tenants[*tenant]);
                for request in requests(number, origin, tenant.map_or("nobody", |tenant| &tenant.slug)) {
                    self.check_request(tenant, &request, origin);
                }
            }
        }
    }

    fn check_request(&self, tenant: Option<&Tenant>, request: &Request<()>, origin: &[u8]) {
        let tenants = self.node.tenants();
        let found = tenants.resolve(request);
        let Some((tenant, good)) = tenant.and_then(|tenant| Some((tenant, tenant.served.as_ref()?))) else {
            assert!(found.is_none(), "{request:?} has no tenant");
            return;
        };
        let found = found.unwrap();
        assert_eq!(tenants.tenant_of(&found).unwrap().slug, tenant.slug);
        let (method, headers) = (request.method(), request.headers());
        let (ours, expected) = (found.evaluate(method, headers), good.policy.evaluate(method, headers));
        let (verdict, expected_verdict) = (ours.verdict(), expected.verdict());
        assert_eq!(
            (verdict.kind(), verdict.outcome(), verdict.rule()),
            (expected_verdict.kind(), expected_verdict.outcome(), expected_verdict.rule()),
            "{request:?} of {tenant:?}"
        );
        assert_eq!(good.policy.change(&found, method.as_str().as_bytes(), headers), None);
        assert_eq!(ours.status(), expected.status());
        let without_vary = |decision: &cors_policy::Decision| -> Vec<(HeaderName, HeaderValue)> {
            decision.headers().filter(|(name, _)| name != VARY).collect()
        };
        // A policy with one origin sends it to everybody, and browsers compare; tenants send it to whom it is for.
        if verdict.outcome() == Outcome::Admitted {
            assert_eq!(without_vary(&ours), without_vary(&expected), "{request:?} of {tenant:?}");
        } else {
            assert_eq!(without_vary(&ours), [], "{request:?} of {tenant:?}");
        }
        let naive = good.patterns.any || is_admitted(&good.patterns, origin);
        if verdict.outcome() == Outcome::Admitted {
            assert!(naive, "{request:?} of {tenant:?}");
        }
        assert_eq!(found.admits(origin), naive, "{origin:?} of {tenant:?}");
    }
}

/// By what patterns mean, without any tables.
fn is_admitted(patterns: &Patterns, origin: &[u8]) -> bool {
    patterns.in_order().any(|(_, text)| pattern::admits(text, origin))
        && patterns.in_order().any(|(_, text)| origin.len() <= pattern::longest(text))
}

/// A read, and preflights that the tenant allows and does not.
fn requests(number: usize, origin: &[u8], slug: &str) -> Vec<Request<()>> {
    let Ok(origin) = HeaderValue::from_bytes(origin) else { return Vec::new() };
    let own = format!("x-{slug}-0");
    [
        ("GET", None, None),
        ("OPTIONS", Some("PUT"), Some(own.as_str())),
        ("OPTIONS", Some("PUT"), Some("x-other")),
    ]
    .into_iter()
    .map(|(method, asked_method, asked_headers)| {
        let mut request = Request::builder().method(method).uri("/").header("host", host(number));
        request = request.header("origin", origin.clone());
        if let Some(asked) = asked_method {
            request = request.header("access-control-request-method", asked);
        }
        if let Some(asked) = asked_headers {
            request = request.header("access-control-request-headers", asked);
        }
        request.body(()).unwrap()
    })
    .collect()
}

#[test]
fn every_request_is_answered_by_its_own_tenant_alone() {
    let runtime = runtime();
    runner(32)
        .run(&steps(), |steps| {
            runtime.block_on(async {
                let place = Place::sqlite();
                let mut world = World::new(&place).await;
                for step in steps {
                    world.take(step).await;
                }
                world.sync().await;
            });
            Ok(())
        })
        .unwrap();
}
