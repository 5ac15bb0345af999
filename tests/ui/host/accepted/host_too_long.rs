use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://checkout-and-payment-services-production.kubernetes-cluster-europe-west-central-1.managed-container-platform-tenant-000042.region-europe-west-central-availability-a.internal-load-balancer-service-discovery-x.example.com"],
};

fn main() {}
