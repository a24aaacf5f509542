//! As much of HTML as it takes to fill in a plain form.

/// A form: where it goes, what is written in it already, and the names of its buttons.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) buttons: Vec<String>,
}

impl Form {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    fn take(&mut self, tag: &Tag<'_>) {
        let Some(name) = tag.attribute("name") else { return };
        let value = tag.attribute("value");
        match tag.attribute("type").as_deref() {
            _ if tag.name == "button" => self.buttons.push(name),
            Some("submit") => self.buttons.push(name),
            Some("checkbox") if tag.attribute("checked").is_none() => {}
            Some("checkbox") => self.fields.push((name, value.unwrap_or_else(|| "on".to_owned()))),
            _ => self.fields.push((name, value.unwrap_or_default())),
        }
    }
}

/// Every form of a page.
pub(crate) fn forms(page: &str) -> Vec<Form> {
    let (mut found, mut open) = (Vec::new(), None);
    for tag in page.split('<').skip(1).filter_map(Tag::read) {
        match (tag.name, &mut open) {
            ("form", _) => {
                let action = tag.attribute("action").unwrap_or_default();
                open = Some(Form { action, ..Form::default() });
            }
            ("/form", _) => found.extend(open.take()),
            ("input" | "button", Some(form)) => form.take(&tag),
            _ => {}
        }
    }
    found
}

struct Tag<'a> {
    name: &'a str,
    rest: &'a str,
}

impl<'a> Tag<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let inside = text.split_once('>')?.0;
        let (name, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        Some(Self { name, rest })
    }

    /// The value of an attribute; empty if it has none.
    fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.rest.trim_start();
        while !rest.is_empty() {
            let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let (value, after) = match after.strip_prefix('=') {
                Some(after) => value(after),
                None => ("", after),
            };
            if name == wanted {
                return Some(unescape(value));
            }
            rest = after.trim_start();
        }
        None
    }
}

/// A value, and what comes after it.
fn value(text: &str) -> (&str, &str) {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        None => text.split_once(char::is_whitespace).unwrap_or((text, "")),
    }
}

fn unescape(text: &str) -> String {
    let known = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'")];
    let known = known.into_iter().chain([("&#x27;", "'"), ("&#38;", "&"), ("&amp;", "&")]);
    known.fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_with_what_is_written_in_it() {
        let page = r#"<p><form method=post action="/a?b=1&amp;c=2">
            <input type="hidden" name='t' value="&quot;x&#39;"><input name=u required>
            <input type="checkbox" name="s" value="one" checked><input type="checkbox" name="s">
            <button name="decision" value="allow">Allow</button></form><input name="outside">"#;
        let [form] = &forms(page)[..] else { panic!("one form") };
        assert_eq!(form.action, "/a?b=1&c=2");
        let fields: Vec<_> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(fields, [("t", "\"x'"), ("u", ""), ("s", "one")]);
        assert_eq!(form.buttons, ["decision"]);
    }
}
