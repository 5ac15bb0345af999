use cors_policy::cors_policy;

fn main() {
    let _ = cors_policy! {
        orgins: ["https://shop.example.com"],
        allowedHeaders: ["content-type"],
        methods: [patch, PUT; DELETE],
        credentials: "true",
        origins: ["https://a.example" "https://b.example"],
        max_age: "3 days",
    };
    let _ = cors_policy! {
        apps: { origins: ["https://*.example.com"] },
        shop: { origins: ["https://shop.example.com"] },
        public: { origins: any },
        rest: { origins: ["https://rest.test"] },
        max_age: "2h",
    };
    let _ = cors_policy!();
}
