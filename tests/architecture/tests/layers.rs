//! The dependencies between layers. Each `Cargo.toml` states them; this test keeps them from being
//! widened by accident.

use std::{collections::BTreeSet, fs, process::Command};

use serde_json::Value;

/// A layer, and all it may depend on inside the workspace. Dev-dependencies are free.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("ports", &["domain"]),
    ("services", &["domain", "ports"]),
    ("adapter-crypto", &["domain", "ports"]),
    ("adapter-documents", &["domain", "ports"]),
    ("adapter-fetch", &["domain", "ports"]),
    ("adapter-http", &["domain", "ports"]),
    ("adapter-limits", &["domain", "ports"]),
    ("adapter-memory", &["domain", "ports"]),
    // What a store keeps as text is written by one crate for all stores.
    ("adapter-sql", &["domain", "ports", "adapter-documents"]),
    ("adapter-system", &["domain", "ports"]),
    ("contract", &["domain", "ports"]),
    ("architecture", &[]),
    ("openapi", &[]),
    (
        "server",
        &[
            "domain",
            "ports",
            "services",
            "adapter-crypto",
            "adapter-documents",
            "adapter-fetch",
            "adapter-http",
            "adapter-limits",
            "adapter-sql",
            "adapter-system",
        ],
    ),
];

/// Everything the inner layers may take from outside the workspace: in the domain, pure computation;
/// in the ports, what a trait needs to be a port.
const INNER_MAY_USE: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "base64",
            "hmac",
            "icu_properties",
            "precis-profiles",
            "sha2",
            "subtle",
            "thiserror",
            "unicode-security",
            "url",
            "zeroize",
        ],
    ),
    ("ports", &["async-trait", "thiserror"]),
];

/// A technology, and the only crates that may know of it.
const KEPT_TO: &[(&str, &[&str])] = &[
    ("askama", &["adapter-http"]),
    ("hyper", &["adapter-http"]),
    ("poem", &["adapter-http"]),
    ("poem-openapi", &["adapter-http"]),
    ("sea-orm", &["adapter-sql"]),
    ("sea-orm-migration", &["adapter-sql"]),
    ("biscuit", &["adapter-crypto"]),
    ("ring", &["adapter-crypto"]),
    ("rsa", &["adapter-crypto"]),
    ("reqwest", &["adapter-fetch"]),
    ("rustls", &["adapter-fetch"]),
    ("getrandom", &["adapter-system"]),
    ("figment", &["server"]),
    ("clap", &["server"]),
];

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .output()
        .expect("cargo runs");
    let mut metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo speaks JSON");
    metadata["packages"].take().as_array().expect("a list").clone()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().expect("a name")
}

/// Returns the names of the packages that a package depends on at run time.
fn dependencies(package: &Value) -> BTreeSet<&str> {
    let listed = package["dependencies"].as_array().expect("a list").iter();
    let shipped = listed.filter(|dependency| dependency["kind"].as_str() != Some("dev"));
    shipped.filter_map(|dependency| dependency["name"].as_str()).collect()
}

#[test]
fn nobody_reaches_past_its_layer() {
    let packages = packages();
    let ours: BTreeSet<_> = packages.iter().map(name).collect();
    assert_eq!(ours, LAYERS.iter().map(|(name, _)| *name).collect(), "every crate has its layer");
    for package in &packages {
        let (layer, allowed) =
            LAYERS.iter().find(|(layer, _)| *layer == name(package)).expect("a layer");
        let reached: Vec<_> = dependencies(package)
            .into_iter()
            .filter(|dependency| ours.contains(dependency) && !allowed.contains(dependency))
            .collect();
        assert!(reached.is_empty(), "{layer} must not depend on {reached:?}");
    }
}

#[test]
fn the_inner_layers_are_pure() {
    let packages = packages();
    for (layer, allowed) in INNER_MAY_USE {
        let package = packages.iter().find(|package| name(package) == *layer).expect("a layer");
        let is_ours = |dependency: &str| LAYERS.iter().any(|(layer, _)| *layer == dependency);
        let foreign: Vec<_> = dependencies(package)
            .into_iter()
            .filter(|dependency| !is_ours(dependency) && !allowed.contains(dependency))
            .collect();
        assert!(foreign.is_empty(), "{layer} must not depend on {foreign:?}");
    }
}

#[test]
fn a_technology_stays_in_its_adapter() {
    for package in &packages() {
        let used = dependencies(package);
        let kept = KEPT_TO.iter().filter(|(technology, _)| used.contains(technology));
        for (technology, users) in kept {
            assert!(users.contains(&name(package)), "{} must not use {technology}", name(package));
        }
    }
}

#[test]
fn every_crate_is_linted() {
    for package in &packages() {
        let path = package["manifest_path"].as_str().expect("a path");
        let manifest = fs::read_to_string(path).expect("a manifest");
        let inherited = manifest.contains("[lints]\nworkspace = true");
        assert!(inherited, "{} must inherit the lints of the workspace", name(package));
    }
}
