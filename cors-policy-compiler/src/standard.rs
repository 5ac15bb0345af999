//! Sections of the standards that say what browsers do.

/// A section of a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Section {
    /// The standard and the section, as in `Fetch, CORS check`.
    pub name: &'static str,
    /// Where it stands.
    pub url: &'static str,
}

macro_rules! sections {
    ($($constant:ident $name:literal $url:literal;)*) => {
        $(pub(crate) const $constant: Section = Section { name: $name, url: $url };)*
    };
}

sections! {
    CORS_CHECK "Fetch, CORS check" "https://fetch.spec.whatwg.org/#concept-cors-check";
    CORS_PROTOCOL "Fetch, CORS protocol" "https://fetch.spec.whatwg.org/#http-cors-protocol";
    CREDENTIALS "Fetch, CORS protocol and credentials"
        "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials";
    PREFLIGHT "Fetch, CORS-preflight fetch" "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0";
    FORBIDDEN_METHOD "Fetch, forbidden method" "https://fetch.spec.whatwg.org/#forbidden-method";
    NORMALISED_METHOD "Fetch, normalize a method"
        "https://fetch.spec.whatwg.org/#concept-method-normalize";
    SAFELISTED_METHOD "Fetch, CORS-safelisted method" "https://fetch.spec.whatwg.org/#cors-safelisted-method";
    FORBIDDEN_REQUEST_HEADER "Fetch, forbidden request-header"
        "https://fetch.spec.whatwg.org/#forbidden-request-header";
    FORBIDDEN_RESPONSE_HEADER "Fetch, forbidden response-header name"
        "https://fetch.spec.whatwg.org/#forbidden-response-header-name";
    SAFELISTED_RESPONSE_HEADER "Fetch, CORS-safelisted response-header name"
        "https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name";
    FILTERED_RESPONSE "Fetch, CORS filtered response"
        "https://fetch.spec.whatwg.org/#concept-filtered-response-cors";
    HTTP_RESPONSES "Fetch, HTTP responses" "https://fetch.spec.whatwg.org/#http-responses";
    SERIALISED_ORIGIN "HTML, serialization of an origin"
        "https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin";
    OPAQUE_ORIGIN "HTML, opaque origin"
        "https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque";
    URL_ORIGIN "URL, origin" "https://url.spec.whatwg.org/#origin";
    SCHEME "RFC 3986, section 3.1" "https://www.rfc-editor.org/rfc/rfc3986#section-3.1";
    SPECIAL_SCHEME "URL, special scheme" "https://url.spec.whatwg.org/#special-scheme";
    HOST "URL, host parsing" "https://url.spec.whatwg.org/#host-parsing";
    DOMAIN_TO_ASCII "URL, domain to ASCII" "https://url.spec.whatwg.org/#concept-domain-to-ascii";
    PORT "URL, port" "https://url.spec.whatwg.org/#concept-url-port";
    IPV4 "URL, IPv4 parser" "https://url.spec.whatwg.org/#concept-ipv4-parser";
    IPV6 "URL, IPv6 parser" "https://url.spec.whatwg.org/#concept-ipv6-parser";
    IPV6_FORM "URL, IPv6 serializer" "https://url.spec.whatwg.org/#concept-ipv6-serializer";
    NAME_SIZES "RFC 1035, section 2.3.4" "https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4";
    PUNYCODE "RFC 3492" "https://www.rfc-editor.org/rfc/rfc3492";
    LOOKALIKES "UTS 39, confusable detection" "https://www.unicode.org/reports/tr39/#Confusable_Detection";
    SUFFIX_LIST "Public Suffix List" "https://publicsuffix.org/";
    TRUSTWORTHY "Secure Contexts, potentially trustworthy origin"
        "https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy";
    TOKEN "RFC 9110, section 5.6.2" "https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2";
    METHOD "RFC 9110, section 9.1" "https://www.rfc-editor.org/rfc/rfc9110#section-9.1";
}
