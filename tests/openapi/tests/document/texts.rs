//! The texts of the document: titles to search for, and descriptions that say something.

use serde_json::Value;

use super::{operations, parsed};

/// Words that open a question or a riddle, not a description.
const RIDDLES: [&str; 9] = ["What", "Where", "Who", "Whom", "Whose", "How", "Which", "When", "Why"];

fn is_riddle(text: &str) -> bool {
    let first = text.split([' ', '.', ',', ':']).next().unwrap_or_default();
    RIDDLES.contains(&first)
}

#[test]
fn every_operation_has_a_title_that_a_reader_would_search_for() {
    let document = parsed();
    for (path, method, operation) in operations(&document) {
        let title = operation["summary"].as_str().expect("a summary");
        assert!(!title.ends_with(['.', '?']), "{method} {path}: {title}");
        let verb = title.split(' ').next().unwrap_or_default();
        assert!(
            verb.starts_with(char::is_uppercase) && !is_riddle(verb),
            "{method} {path}: {title}"
        );
    }
}

#[test]
fn two_operations_never_have_the_same_title() {
    let document = parsed();
    let mut titles: Vec<_> = operations(&document).map(|(_, _, it)| &it["summary"]).collect();
    let all = titles.len();
    titles.sort_by_key(|title| title.as_str());
    titles.dedup();
    assert_eq!(titles.len(), all);
}

#[test]
fn no_description_is_a_riddle_and_every_field_has_one() {
    let mut found = Vec::new();
    look(&parsed(), "", &mut found);
    assert_eq!(found, Vec::<String>::new());
}

/// Collects the places under `value` that have no description, or none that says something.
fn look(value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(text) = value.get("description").and_then(Value::as_str)
        && (is_riddle(text) || text.split_whitespace().count() < 2)
    {
        found.push(format!("{at}: {text}"));
    }
    if let Some(fields) = value.get("properties").and_then(Value::as_object) {
        // The union names its discriminator by itself, without a place for a description.
        let undescribed = fields
            .iter()
            .filter(|(name, field)| *name != "grant_type" && field.get("description").is_none());
        found.extend(undescribed.map(|(name, _)| format!("{at}.{name}: no description")));
    }
    let members = value.as_object().into_iter().flatten();
    members.for_each(|(name, member)| look(member, &format!("{at}/{name}"), found));
    let items = value.as_array().into_iter().flatten();
    items.for_each(|item| look(item, at, found));
}
