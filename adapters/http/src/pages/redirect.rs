//! The parameters of a response to a client.

use std::fmt::Write;

use domain::{AuthorizationResponse, PLAIN_IN_QUERY};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::failure::printable;

/// The characters that must be encoded in the value of a parameter ([`domain::PLAIN_IN_QUERY`], RFC
/// 3986 §3.4). A space becomes `%20`, which every decoder reads alike. No other character is
/// encoded, so that URLs stay short.
const RESERVED: &AsciiSet = &reserved();

const fn reserved() -> AsciiSet {
    let mut set = NON_ALPHANUMERIC.remove(PLAIN_IN_QUERY[0]);
    let mut index = 1;
    while index < PLAIN_IN_QUERY.len() {
        set = set.remove(PLAIN_IN_QUERY[index]);
        index += 1;
    }
    set
}

/// The parameters of an authorization response (OAuth 2.1 §4.1.2, §4.1.2.1), which always include
/// `iss` (RFC 9207 §2).
pub(super) fn fields(
    redirect: &AuthorizationResponse,
    issuer: &str,
) -> Vec<(&'static str, String)> {
    let mut fields = match &redirect.outcome {
        Ok(code) => vec![("code", code.expose().to_owned())],
        Err(error) => {
            let description =
                error.hint.as_deref().map(|hint| ("error_description", printable(hint).collect()));
            [("error", error.code.as_str().to_owned())].into_iter().chain(description).collect()
        }
    };
    fields.extend(redirect.to.state.clone().map(|state| ("state", state)));
    fields.push(("iss", issuer.to_owned()));
    fields
}

/// The URI with `fields` added to its query, which keeps its own parameters (OAuth 2.1 §2.3).
pub(super) fn location(uri: &str, fields: &[(&str, String)]) -> String {
    let mut location = uri.to_owned();
    let mut joint = match uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    for (name, value) in fields {
        let value = utf8_percent_encode(value, RESERVED);
        write!(location, "{joint}{name}={value}").expect("a string takes whatever is written");
        joint = "&";
    }
    location
}

#[cfg(test)]
mod tests {
    use super::location;

    #[test]
    fn a_query_that_is_there_stays_and_nothing_breaks_out_of_a_value() {
        let fields =
            [("state", "a b&c=d#e+ü%".to_owned()), ("iss", "https://a.example".to_owned())];
        let added = "state=a%20b%26c%3Dd%23e%2B%C3%BC%25&iss=https://a.example";
        let cases = [
            ("https://app.example/cb", "https://app.example/cb?"),
            ("https://app.example/cb?x=1", "https://app.example/cb?x=1&"),
            ("https://app.example/cb?", "https://app.example/cb?"),
            ("https://app.example/cb?x=1&", "https://app.example/cb?x=1&"),
            ("com.example.app:/cb", "com.example.app:/cb?"),
        ];
        for (uri, start) in cases {
            assert_eq!(location(uri, &fields), format!("{start}{added}"));
        }
    }
}
