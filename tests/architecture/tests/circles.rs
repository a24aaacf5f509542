//! The dependencies between the modules of a crate: they form no circle, so that each can be read, and
//! moved, without the others.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The modules of a crate, each with those that it names.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// The crates that are looked at. The server puts everything together, and is left out.
const CRATES: &[&str] = &[
    "domain",
    "ports",
    "adapters/crypto",
    "adapters/documents",
    "adapters/fetch",
    "adapters/http",
    "adapters/limits",
    "adapters/memory",
    "adapters/sql",
    "adapters/system",
];

#[test]
fn the_modules_of_a_crate_form_no_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for name in CRATES {
        let graph = modules(&root.join(name).join("src"));
        let circle: Vec<_> = graph.keys().filter(|it| reached(&graph, it).contains(*it)).collect();
        assert!(circle.is_empty(), "{name}: these modules depend on one another: {circle:?}");
    }
}

#[test]
fn a_circle_is_found_and_a_chain_is_not() {
    let graph = |edges: &[(&str, &str)]| {
        let mut graph = Graph::new();
        for (from, to) in edges {
            graph.entry((*to).to_owned()).or_default();
            graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        graph
    };
    let chain = graph(&[("a", "b"), ("b", "c"), ("a", "c")]);
    assert!(!reached(&chain, "a").contains("a"));
    let circle = graph(&[("a", "b"), ("b", "c"), ("c", "a")]);
    assert!(reached(&circle, "a").contains("a"));
}

#[test]
fn every_way_to_name_a_module_is_read() {
    let source =
        "use crate::{Root, a::{self, X}, b};\nuse crate::c::Y; // crate::no\ncrate::d::f();";
    let expected = ["Root", "a", "b", "c", "d"].map(str::to_owned);
    assert_eq!(named(source), BTreeSet::from(expected));
}

/// Reads the graph of the modules under `src`, each with all that is below it.
fn modules(src: &Path) -> Graph {
    let mut graph = Graph::new();
    for path in sources(src) {
        let relative = path.strip_prefix(src).expect("below").with_extension("");
        let first = relative.iter().next().expect("a name").to_string_lossy().into_owned();
        if relative.iter().any(|part| part == "tests") || ["lib", "main"].contains(&first.as_str())
        {
            continue;
        }
        let text = fs::read_to_string(&path).expect("readable");
        let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
        graph.entry(first).or_default().extend(named(shipped));
    }
    let all: BTreeSet<_> = graph.keys().cloned().collect();
    for (module, others) in &mut graph {
        others.retain(|other| other != module && all.contains(other));
    }
    graph
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The modules that a module depends on, directly or not.
fn reached(graph: &Graph, from: &str) -> BTreeSet<String> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(module) = open.pop() {
        for next in graph.get(&module).into_iter().flatten() {
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    seen
}

/// The items of the crate's root that a source names.
fn named(source: &str) -> BTreeSet<String> {
    let code: Vec<_> = source.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
    let code = code.join("\n");
    let mut names = BTreeSet::new();
    for (at, prefix) in code.match_indices("crate::") {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(heads(group)),
            None => names.extend([identifier(rest)]),
        }
    }
    names
}

/// The first name of each item of a group, up to its closing brace.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut item, mut heads) = (0, String::new(), Vec::new());
    for character in group.chars() {
        match character {
            '}' if depth == 0 => break,
            ',' if depth == 0 => heads.push(identifier(&std::mem::take(&mut item))),
            _ => {
                depth += i32::from(character == '{') - i32::from(character == '}');
                item.push(character);
            }
        }
    }
    heads.push(identifier(&item));
    heads.retain(|head| !head.is_empty());
    heads
}

fn identifier(text: &str) -> String {
    let is_part = |it: &char| it.is_alphanumeric() || *it == '_';
    text.trim_start().chars().take_while(is_part).collect()
}
