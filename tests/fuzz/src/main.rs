//! Feeds everything that parses what a stranger sends with whatever a fuzzer comes up with.
//!
//! Each target is a function that holds a parser to a property: what it takes, it must take for the same
//! when it is written down again, and must have understood as somebody else would. What it may not do at
//! all is panic. `FUZZ_TARGET` says which target to run; `list` prints their names.

#![no_main]

mod server;
mod tokens;
mod values;

// Private to the listener, and read here as they are rather than made public for the sake of this.
#[path = "../../../adapters/http/src/listen/proxies.rs"]
mod proxies;
#[path = "../../../adapters/http/src/listen/proxy_protocol.rs"]
mod proxy_protocol;

mod listener;

use std::{env, process, sync::LazyLock};

use libfuzzer_sys::fuzz_target;

type Target = fn(&[u8]);

/// Every target, by name.
const TARGETS: &[(&str, Target)] = &[
    ("redirect_uri", values::uris::redirect_uri),
    ("resource", values::uris::resource),
    ("issuer", values::uris::issuer),
    ("scope", values::words::scope),
    ("pkce", values::words::pkce),
    ("refresh_token", values::words::refresh_token),
    ("username", values::people::username),
    ("password", values::people::password),
    ("jwt", tokens::jwt),
    ("forwarded", listener::forwarded),
    ("proxy_protocol", listener::proxy_protocol),
    ("token_form", server::params::token_form),
    ("authorize_query", server::params::authorize_query),
    ("logout_query", server::params::logout_query),
    ("client_metadata", server::metadata::client_metadata),
    ("basic", server::headers::basic),
    ("bearer", server::headers::bearer),
    ("cookies", server::headers::cookies),
    ("traceparent", server::headers::traceparent),
];

/// The target that `FUZZ_TARGET` names.
static CHOSEN: LazyLock<Target> = LazyLock::new(|| {
    let name = env::var("FUZZ_TARGET").unwrap_or_default();
    if name == "list" {
        for (name, _) in TARGETS {
            println!("{name}");
        }
        process::exit(0);
    }
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("FUZZ_TARGET must be the name of a target, not {name:?}")).1
});

fuzz_target!(
    init: {
        LazyLock::force(&CHOSEN);
    },
    |data: &[u8]| CHOSEN(data)
);
