//! What a user sees who makes mistakes: rustc is the judge of spans, and of nothing else being reported.

#[test]
fn mistakes_are_reported_on_the_users_tokens() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*/*.rs");
}
