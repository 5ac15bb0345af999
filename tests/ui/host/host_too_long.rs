use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://shop-frontend-deployment-green-7f9c6d5b48.checkout-and-payment-services-production.kubernetes-cluster-europe-west-central-1.managed-container-platform-tenant-000042.region-europe-west-central-availability-a.internal-load-balancer-service-discovery-x.example.com"],
};

fn main() {}
