//! The command line of the service in `tenants`, below the same ceiling.
//!
//! ```sh
//! export CORS_STORE=sqlite:tenants.db CORS_ACTOR=alice
//! cargo run --example tenants-admin -- migrate
//! cargo run --example tenants-admin -- create acme --tier paid --key host:acme.api.test
//! echo '{"profile": "standard", "origins": ["https://app.acme.test"]}' |
//!     cargo run --example tenants-admin -- publish acme -
//! cargo run --example tenants-admin -- explain acme --origin http://app.acme.test
//! ```

#[path = "tenants/ceiling.rs"]
mod ceiling;

fn main() -> std::process::ExitCode {
    cors_policy_tenants::admin::main(&ceiling::CEILING)
}
