//! The layout of the repository, and the length of its files.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Everything the top of the repository may hold, beside what git keeps for itself.
const TOP: &[&str] = &[
    ".cargo",
    ".ci",
    ".config",
    ".editorconfig",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "adapters",
    "app",
    "clippy.toml",
    "deny.toml",
    "deploy",
    "docs",
    "domain",
    "openapi",
    "ports",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "tests",
];

/// The names of folders and files that tools leave behind.
const LEFT_BEHIND: &[&str] =
    &[".hypothesis", ".pytest_cache", ".venv", "data", "node_modules", "target"];

/// More than this in one file is more than one thing.
const LINES_PER_FILE: usize = 300;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("a repository")
}

fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())).collect()
}

/// Every Rust file of ours under `folder`, with its text.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for (name, path) in entries(folder) {
        if path.is_dir() && !name.starts_with('.') && !LEFT_BEHIND.contains(&name.as_str()) {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("UTF-8");
            found.push((path, text));
        }
    }
    found
}

#[test]
fn the_top_of_the_repository_stays_small() {
    let known = |name: &str| TOP.contains(&name) || LEFT_BEHIND.contains(&name);
    let strange: Vec<_> = entries(&root())
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !known(name) && !name.starts_with(".git"))
        .collect();
    assert!(strange.is_empty(), "these do not belong at the top: {strange:?}");
}

#[test]
fn no_file_is_too_long() {
    let lines = |text: &str| text.lines().count();
    let long: Vec<_> = sources(&root())
        .into_iter()
        .filter(|(_, text)| lines(text) > LINES_PER_FILE)
        .map(|(path, text)| format!("{}: {}", path.display(), lines(&text)))
        .collect();
    assert!(long.is_empty(), "over {LINES_PER_FILE} lines: {long:#?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = sources(&root())
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "without a `//!` line: {silent:#?}");
}

/// The pages that lead readers through the code.
const MAPS: &[&str] = &["docs/architecture.md", "CONTRIBUTING.md"];

#[test]
fn every_path_on_the_maps_exists() {
    let is_path = |text: &&str| {
        let top = text.split('/').next().unwrap_or_default();
        let is_plain = text.bytes().all(|c| c.is_ascii_alphanumeric() || b"/._-".contains(&c));
        // A word in capitals stands for a name that the reader chooses.
        let is_pattern = text.contains("NAME") || text.contains("SECTION");
        text.contains('/') && is_plain && !is_pattern && TOP.contains(&top)
    };
    for map in MAPS {
        let text = fs::read_to_string(root().join(map)).expect("a page");
        let paths: Vec<_> = text.split('`').skip(1).step_by(2).filter(is_path).collect();
        assert!(!paths.is_empty(), "{map} names no path");
        let gone: Vec<_> = paths.iter().filter(|path| !root().join(path).exists()).collect();
        assert!(gone.is_empty(), "{map} leads to {gone:?}");
    }
}
