//! The annotated configuration in `deploy/` is made of the doc comments of these modules. To bring it
//! up to date: `UPDATE_CONFIG=1 cargo test -p server`.

use std::{collections::BTreeMap, env, fmt::Write, fs};

use figment::providers::{Format, Toml};

use super::Config;

/// Every module that holds a section.
const SOURCES: &[&str] = &[
    include_str!("../config.rs"),
    include_str!("audit.rs"),
    include_str!("sections.rs"),
    include_str!("lifetimes.rs"),
    include_str!("limits.rs"),
    include_str!("resources.rs"),
    include_str!("clients.rs"),
    include_str!("fetch.rs"),
];

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/portcullis.toml");

const HEAD: &str = "# Everything that can be set, with its default where there is one. A line that begins with `#` and no\n\
                    # blank is an example: take the `#` away to use it. Every key can also stand in the environment:\n\
                    # `server.issuer` is PORTCULLIS_SERVER__ISSUER.\n";

/// An example for each key that has no default.
const EXAMPLES: &[(&str, &str)] = &[
    ("master_key", "{ env = \"MASTER_KEY\" }"),
    ("server.issuer", "\"https://auth.example.com\""),
    ("admin.address", "\"127.0.0.1:9001\""),
    ("server.allowed_origins", "[\"https://app.example.com\"]"),
    ("server.max_connections", "2000"),
    ("server.max_connections_per_address", "256"),
    ("branding.name", "\"Example Ltd\""),
    ("branding.logo", "\"/etc/portcullis/logo.png\""),
    ("branding.password_help", "\"Come to the service desk in room 12, and bring your badge.\""),
    ("branding.password_help_uri", "\"mailto:help@example.com\""),
    ("storage.url", "{ file = \"/run/secrets/database-url\" }"),
    ("bootstrap.password", "{ file = \"/run/secrets/first-password\" }"),
    ("limits.passwords_at_once", "2"),
    ("registration.mode", "\"approved_redirects\""),
    ("registration.grant_types", "[\"authorization_code\", \"refresh_token\"]"),
    (
        "registration.machine_access",
        "{ grant_types = [\"client_credentials\"], resources = [\"https://mcp.example.com/mcp\"], scope = \"tools:read\" }",
    ),
    ("tokens.grant_types", "[\"authorization_code\", \"refresh_token\", \"client_credentials\"]"),
    ("tokens.default_resource", "\"https://mcp.example.com/mcp\""),
    ("tokens.unregistered_resources", "\"refuse\""),
    ("resources.uri", "\"https://mcp.example.com/mcp\""),
    ("resources.name", "\"Example tools\""),
    (
        "resources.scopes",
        "{ \"tools:read\" = \"See what the tools know\", \"tools:run\" = \"Run the tools\" }",
    ),
    ("resources.default_scope", "\"tools:read\""),
    ("resources.introspectors", "[\"example-mcp-server\"]"),
    ("resources.access_token_lifetime", "\"5m\""),
    ("resources.algorithm", "\"RS256\""),
    ("clients.id", "\"example-app\""),
    ("clients.name", "\"Example App\""),
    ("clients.secret", "{ file = \"/run/secrets/example-app\" }"),
    ("clients.auth_method", "\"client_secret_basic\""),
    ("clients.redirect_uris", "[\"https://app.example.com/callback\"]"),
    ("clients.post_logout_redirect_uris", "[\"https://app.example.com/\"]"),
    ("clients.grant_types", "[\"authorization_code\", \"refresh_token\"]"),
    ("clients.scope", "\"openid tools:read\""),
    ("clients.resources", "[\"https://mcp.example.com/mcp\"]"),
    ("clients.logo_uri", "\"data:image/png;base64,iVBORw0KGgo=\""),
    ("fetch.trusted_certificates", "\"/etc/ssl/certs/example-ca.pem\""),
    ("clients.access_token_lifetime", "\"5m\""),
    ("clients.refresh_idle_lifetime", "\"7days\""),
    ("clients.id_token_signed_response_alg", "\"ES256\""),
];

struct Field {
    name: String,
    ty: String,
    doc: Vec<String>,
}

/// The fields of every struct, with their doc comments.
fn structs() -> BTreeMap<String, Vec<Field>> {
    let mut found: BTreeMap<String, Vec<Field>> = BTreeMap::new();
    let (mut current, mut doc) = (String::new(), Vec::new());
    for line in SOURCES.iter().flat_map(|source| source.lines()).map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            doc.push(text.to_owned());
        } else if let Some(name) = line.strip_prefix("pub(crate) struct ") {
            current = name.trim_end_matches(" {").to_owned();
            doc.clear();
        } else if let Some((name, ty)) =
            line.strip_prefix("pub(crate) ").and_then(|rest| rest.split_once(": "))
        {
            let field = Field {
                name: name.to_owned(),
                ty: ty.trim_end_matches(',').to_owned(),
                doc: std::mem::take(&mut doc),
            };
            found.entry(current.clone()).or_default().push(field);
        } else if !line.starts_with("#[") {
            doc.clear();
        }
    }
    found
}

fn write_field(out: &mut String, key: &str, field: &Field, defaults: &toml::Table) {
    for line in &field.doc {
        writeln!(out, "# {line}").expect("a string");
    }
    let mut parts = key.split('.');
    let first = parts.next().and_then(|part| defaults.get(part));
    if let Some(value) = parts.fold(first, |table, part| table?.get(part)) {
        writeln!(out, "{} = {}", field.name, in_days(value)).expect("a string");
        return;
    }
    let example = EXAMPLES.iter().find(|(known, _)| *known == key);
    let (_, example) = example.unwrap_or_else(|| panic!("`{key}` has no default and no example"));
    writeln!(out, "#{} = {example}", field.name).expect("a string");
}

/// `90days`, where the library would count in months.
fn in_days(value: &toml::Value) -> String {
    const DAY: u64 = 24 * 60 * 60;
    let parsed =
        value.as_str().and_then(|text| humantime_serde::re::humantime::parse_duration(text).ok());
    match parsed.map(|duration| duration.as_secs()) {
        Some(seconds) if seconds > DAY && seconds % DAY == 0 => {
            format!("\"{}days\"", seconds / DAY)
        }
        _ => value.to_string(),
    }
}

/// The annotated configuration.
fn manual() -> String {
    let structs = structs();
    let defaults = toml::Table::try_from(Config::default()).expect("the defaults are TOML");
    let top = &structs["Config"];
    let mut out = HEAD.to_owned();
    let (sections, keys): (Vec<_>, Vec<_>) =
        top.iter().partition(|field| field.ty.contains("Section"));
    for field in keys {
        out.push('\n');
        write_field(&mut out, &field.name, field, &defaults);
    }
    for section in sections {
        let list = section.ty.starts_with("Vec<");
        let ty = section.ty.trim_start_matches("Vec<").trim_end_matches('>');
        let heading =
            if list { format!("#[[{}]]", section.name) } else { format!("[{}]", section.name) };
        write!(out, "\n# {}\n{heading}\n", section.doc.join("\n# ")).expect("a string");
        for field in &structs[ty] {
            out.push('\n');
            write_field(&mut out, &format!("{}.{}", section.name, field.name), field, &defaults);
        }
    }
    out
}

fn read(text: &str) -> Config {
    figment::Figment::from(Toml::string(text)).extract().expect("a configuration")
}

#[test]
fn the_committed_manual_is_current() {
    if env::var_os("UPDATE_CONFIG").is_some() {
        fs::write(FILE, manual()).expect("written");
    }
    let committed = fs::read_to_string(FILE).expect("deploy/portcullis.toml exists");
    assert!(committed == manual(), "stale: run UPDATE_CONFIG=1 cargo test -p server");
}

#[test]
fn the_manual_as_it_stands_says_the_defaults() {
    assert_eq!(
        toml::to_string(&read(&manual())).expect("TOML"),
        toml::to_string(&Config::default()).expect("TOML")
    );
}

#[test]
fn every_example_in_the_manual_is_a_configuration() {
    let uncommented: Vec<_> = manual()
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(example) if !example.starts_with(' ') => example.to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    let config = read(&uncommented.join("\n"));
    assert_eq!((config.clients.len(), config.resources.len()), (1, 1));
}
