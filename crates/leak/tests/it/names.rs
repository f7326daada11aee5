//! One name in the ways that languages and formats write it.

/// The words of a name, in lower case.
pub(crate) type Words = &'static [&'static str];

/// `OKTA_API_TOKEN`
pub(crate) fn screaming(words: Words) -> String {
    snake(words).to_ascii_uppercase()
}

/// `okta_api_token`
pub(crate) fn snake(words: Words) -> String {
    words.join("_")
}

/// `oktaApiToken`
pub(crate) fn camel(words: Words) -> String {
    let pascal = pascal(words);
    pascal[..1].to_ascii_lowercase() + &pascal[1..]
}

/// `OktaApiToken`
pub(crate) fn pascal(words: Words) -> String {
    words.iter().map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

#[test]
fn names_are_written_in_every_way() {
    let words: Words = &["okta", "api", "token"];
    assert_eq!(screaming(words), "OKTA_API_TOKEN");
    assert_eq!(snake(words), "okta_api_token");
    assert_eq!(camel(words), "oktaApiToken");
    assert_eq!(pascal(words), "OktaApiToken");
}
