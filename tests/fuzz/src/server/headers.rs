//! Headers that say who asks.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use domain::{ClientCredentials, Secret, SecretMethod};
use poem::http::{HeaderValue, Uri, header};
use sha2::{Digest, Sha256};
use url::form_urlencoded::{byte_serialize, parse};

use super::{Answer, Asked, FORM, ask, get, params::refused_as_json, post};

/// The credentials of a client: after an even byte as they are before base64, after an odd one the whole
/// header.
pub(crate) fn basic(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let header = match choice % 2 {
        0 => HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(rest))),
        _ => HeaderValue::from_bytes(rest),
    };
    let Ok(header) = header else { return };
    let Some((client, secret)) = credentials(header.clone()) else { return };
    let sent = header.to_str().expect("ASCII").split_once(' ').expect("a scheme").1;
    let decoded = BASE64_STANDARD.decode(sent.trim()).expect("base64");
    let colon = decoded.iter().position(|byte| *byte == b':').expect("a colon");
    assert_eq!(reference(&decoded[..colon]), client);
    assert_eq!(reference(&decoded[colon + 1..]), secret);
    let escaped = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let plain = BASE64_STANDARD.encode(format!("{}:{}", escaped(&client), escaped(&secret)));
    let plain = HeaderValue::try_from(format!("Basic {plain}")).expect("ASCII");
    assert_eq!(credentials(plain), Some((client, secret)));
}

/// Returns the client and the secret that the token endpoint reads from a header.
fn credentials(header: HeaderValue) -> Option<(String, String)> {
    let answer = tokens(header::AUTHORIZATION, header);
    let Some(Asked::Tokens(ClientCredentials { client, secret }, ..)) = answer.asked else {
        refused_as_json(&answer);
        return None;
    };
    let secret = secret.map(|(method, secret)| {
        assert_eq!(method, SecretMethod::Basic);
        secret.expose().to_owned()
    });
    Some((client.to_string(), secret.unwrap_or_default()))
}

/// One part of the credentials, as another decoder reads it.
fn reference(part: &[u8]) -> String {
    let text = String::from_utf8(part.to_vec()).expect("UTF-8").replace('&', "%26");
    parse(format!("part={text}").as_bytes()).next().expect("a pair").1.into_owned()
}

fn tokens(name: header::HeaderName, value: HeaderValue) -> Answer {
    let mut request = post("/oauth/token", FORM, b"grant_type=client_credentials".to_vec());
    request.headers_mut().insert(name, value);
    ask(request)
}

/// The access token of whoever asks for the claims of a person.
pub(crate) fn bearer(data: &[u8]) {
    let Ok(header) = HeaderValue::from_bytes(data) else { return };
    let Some(token) = claims(header.clone()) else { return };
    let (scheme, sent) = header.to_str().expect("ASCII").split_once(' ').expect("a scheme");
    assert!(scheme.eq_ignore_ascii_case("bearer"));
    assert_eq!(sent.trim(), token);
    let plain = HeaderValue::try_from(format!("Bearer {token}")).expect("ASCII");
    assert_eq!(claims(plain), Some(token));
}

fn claims(header: HeaderValue) -> Option<String> {
    let uri = Uri::from_static("/oauth/userinfo");
    let answer = ask(get(uri, header::AUTHORIZATION, header));
    let Some(Asked::Claims(token)) = answer.asked else {
        assert!(answer.status.is_client_error(), "{}", answer.status);
        return None;
    };
    Some(token.expose().to_owned())
}

/// Whatever cookies a browser sends: ours are found among them.
pub(crate) fn cookies(data: &[u8]) {
    let tag = BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest("https://auth.example")[..6]);
    let ours = format!("__Host-portcullis-{tag}-session");
    // Stands for the name of ours, which no fuzzer would guess.
    let sent: Vec<u8> = data
        .iter()
        .flat_map(|byte| if *byte == 0 { ours.as_bytes() } else { std::slice::from_ref(byte) })
        .copied()
        .collect();
    let own = [ours.as_bytes(), b"=own; ", &sent].concat();
    let Ok(header) = HeaderValue::from_bytes(&own) else { return };
    let uri = Uri::from_static("/oauth/authorize?client_id=client");
    let Some(Asked::Grant(_, browser)) = ask(get(uri, header::COOKIE, header)).asked else {
        panic!("cookies keep nobody out");
    };
    let found: Vec<_> = browser.sessions.iter().map(Secret::expose).collect();
    assert_eq!(found.first(), Some(&"own"), "what others send hides nothing");
    assert!(found.len() <= 4, "only a few are looked at");
    for (index, value) in found.iter().enumerate() {
        assert!(!found[..index].contains(value), "each once");
        assert!(value.len() <= 256 && value.bytes().all(|byte| byte.is_ascii_graphic()));
        let pair = format!("{ours}={value}");
        assert!(own.windows(pair.len()).any(|window| window == pair.as_bytes()), "{value}");
    }
}

/// The trace that a request belongs to.
pub(crate) fn traceparent(data: &[u8]) {
    let Ok(header) = HeaderValue::from_bytes(data) else { return };
    let mut request =
        post("/oauth/token", FORM, b"grant_type=client_credentials&client_id=client".to_vec());
    request.headers_mut().insert("traceparent", header);
    let Some(Asked::Tokens(_, _, origin)) = ask(request).asked else {
        panic!("a trace keeps nobody out");
    };
    let Some(trace) = origin.trace else { return };
    assert_eq!(trace.len(), 32);
    assert!(trace.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')));
    assert_ne!(trace, "0".repeat(32));
    assert_eq!(data.get(3..35), Some(trace.as_bytes()));
}
