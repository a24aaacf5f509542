//! The forms of a page, as far as a person without a mouse would look.

/// A form, filled in as it came.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) action: String,
    /// Names and values; every box is ticked.
    pub(crate) fields: Vec<(String, String)>,
    /// The buttons that say something.
    pub(crate) buttons: Vec<(String, String)>,
}

impl Form {
    /// The forms of a page.
    pub(crate) fn all(html: &str) -> Vec<Self> {
        let mut forms: Vec<Self> = Vec::new();
        for tag in html.split('<').skip(1) {
            let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag);
            let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            if name == "form" {
                let action = attribute(attributes, "action").unwrap_or_default();
                forms.push(Self { action, ..Self::default() });
            } else if let Some(form) = forms.last_mut() {
                form.add(name, attributes);
            }
        }
        forms
    }

    fn add(&mut self, tag: &str, attributes: &str) {
        let Some(name) = attribute(attributes, "name") else { return };
        let kind = attribute(attributes, "type").unwrap_or_default();
        let value = attribute(attributes, "value").unwrap_or_default();
        match (tag, kind.as_str()) {
            ("button", _) | ("input", "submit") => self.buttons.push((name, value)),
            ("input", _) => self.fields.push((name, value)),
            _ => {}
        }
    }
}

/// The value of an attribute that is written with double quotes.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    while let Some((before, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"')?;
        if before.split_whitespace().next_back() == Some(name) {
            return Some(unescape(value));
        }
        rest = after;
    }
    None
}

fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (entity, after) = after.split_once(';').unwrap_or((after, ""));
        plain.extend(character(entity));
        rest = after;
    }
    plain + rest
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "quot" => Some('"'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        _ => {
            let digits = entity.strip_prefix('#')?;
            let code = match digits.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_would_be_sent() {
        let html = r#"<body><p>a</p><form method="post" action="/login?a=1&amp;b=2">
            <input type="hidden" name="csrf" value="x&#34;&#x2f;y"><label>Name
            <input name="username" autofocus></label><input type="checkbox" name="scope" value="a" checked>
            <button name="decision" value="allow">Allow</button><button>Go</button></form>"#;
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = Form {
            action: "/login?a=1&b=2".to_owned(),
            fields: vec![pair("csrf", "x\"/y"), pair("username", ""), pair("scope", "a")],
            buttons: vec![pair("decision", "allow")],
        };
        assert_eq!(Form::all(html), [form]);
    }
}
