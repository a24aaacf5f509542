//! The document in `openapi/` is what the server serves. To bring it up to date:
//! `UPDATE_OPENAPI=1 cargo test -p openapi`.

mod application;
#[path = "../../../../adapters/http/tests/nobody/mod.rs"]
mod nobody;
mod texts;
mod unique;

use std::{collections::BTreeSet, env, fs, path::Path};

use adapter_http::{Administration, Settings, Tasks, admin_document, document, router};
use poem::{http::Method, test::TestClient};
use serde_json::{Map, Value};

use self::unique::Unique;

fn served() -> String {
    let mut text = document(&application::application());
    text.push('\n');
    text
}

fn parsed() -> Value {
    serde_json::from_str(&served()).expect("JSON")
}

/// Every operation, with the path and the method it is found at.
fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Map<String, Value>)> {
    let paths = document["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("a path");
        methods.iter().map(move |(method, operation)| {
            (path.as_str(), method.as_str(), operation.as_object().expect("an operation"))
        })
    })
}

#[test]
fn the_committed_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/portcullis.json");
    if env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(path, served()).expect("written");
    }
    let committed = fs::read_to_string(path).expect("openapi/portcullis.json exists");
    assert!(committed == served(), "stale: run UPDATE_OPENAPI=1 cargo test -p openapi");
}

#[test]
fn the_committed_document_of_the_admin_application_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/portcullis-admin.json");
    let mut served = admin_document(&Administration { probe: application::application().probe });
    served.push('\n');
    if env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(path, &served).expect("written");
    }
    let committed = fs::read_to_string(path).expect("openapi/portcullis-admin.json exists");
    assert!(committed == served, "stale: run UPDATE_OPENAPI=1 cargo test -p openapi");
    let _: Unique = serde_json::from_str(&served).expect("no key appears twice in one object");
}

#[test]
fn no_key_is_written_twice() {
    let _: Unique = serde_json::from_str(&served()).expect("no key appears twice in one object");
}

#[test]
fn every_operation_says_what_it_is_and_who_may_use_it() {
    let document = parsed();
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let at = format!("{method} {path}");
        let summary = operation.get("summary").and_then(Value::as_str).unwrap_or_default();
        assert!(!summary.is_empty() && !summary.contains('\n'), "{at}: a summary of one line");
        let id = operation.get("operationId").and_then(Value::as_str).expect(&at);
        assert!(ids.insert(id.to_owned()), "{at}: `{id}` is another's");
        for member in ["tags", "security"] {
            let list = operation.get(member).and_then(Value::as_array);
            assert!(list.is_some_and(|list| !list.is_empty()), "{at}: `{member}`");
        }
        let responses = operation["responses"].as_object().expect(&at);
        assert!(responses.keys().any(|status| status < &"400".to_owned()), "{at}: a success");
        for (status, response) in responses {
            assert!(
                response["description"].as_str().is_some_and(|it| !it.is_empty()),
                "{at} {status}"
            );
        }
    }
    assert!(ids.len() > 20, "{ids:?}");
}

#[test]
fn every_parameter_and_every_path_variable_is_described() {
    let document = parsed();
    for (path, method, operation) in operations(&document) {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let described = |name: &str| {
            parameters.into_iter().flatten().any(|it| it["in"] == "path" && it["name"] == name)
        };
        for part in path.split('/') {
            assert!(!part.contains(['*', ':', '<']), "{method} {path}: `{part}` is no literal");
            if let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                assert!(described(name), "{method} {path}: `{name}`");
            }
        }
        for parameter in parameters.into_iter().flatten() {
            let schema = parameter["schema"].as_object();
            assert!(schema.is_some_and(|it| !it.is_empty()), "{method} {path}: {parameter}");
        }
    }
}

#[test]
fn every_scheme_that_is_named_is_described() {
    let document = parsed();
    for (path, method, operation) in operations(&document) {
        for scheme in operation["security"].as_array().into_iter().flatten() {
            for name in scheme.as_object().into_iter().flat_map(Map::keys) {
                let known = &document["components"]["securitySchemes"][name]["description"];
                assert!(known.is_string(), "{method} {path}: `{name}`");
            }
        }
    }
}

/// The router serves every documented operation, and no other at the same path.
#[tokio::test]
async fn the_document_and_the_router_agree() {
    let document = parsed();
    let client = TestClient::new(router(
        &application::application(),
        &Settings::default(),
        &Tasks::default(),
    ));
    for (path, item) in document["paths"].as_object().expect("paths") {
        let concrete = path.replace(['{', '}'], "");
        let response = client.request(Method::OPTIONS, &concrete).send().await;
        let allow = response.0.header("allow").unwrap_or_default().to_ascii_lowercase();
        let implied = ["head", "options"];
        let allowed: BTreeSet<_> =
            allow.split(", ").filter(|method| !implied.contains(method)).collect();
        let documented: BTreeSet<_> =
            item.as_object().expect("a path").keys().map(String::as_str).collect();
        assert_eq!(allowed, documented, "{path}");
    }
}

/// The router has no routes but those of the document, unless an operation hides.
#[test]
fn no_operation_hides() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../adapters/http/src");
    let mut folders = vec![source];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                let hiding =
                    text.lines().find(|line| line.trim() == "hidden," || line.contains("hidden)"));
                assert_eq!(hiding, None, "{}", path.display());
            }
        }
    }
}
