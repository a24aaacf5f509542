//! The texts that people type to sign in.

use domain::{Secret, Username};

/// A user name: all spellings of one come to one, and that stays as it is.
pub(crate) fn username(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let meant = Username::meant_by(text);
    let Ok(name) = Username::parse(text) else { return };
    assert_eq!(Username::parse(name.as_str()), Ok(name.clone()), "{:?}", name.as_str());
    assert!(meant.contains(&name));
    assert!((1..=128).contains(&name.as_str().chars().count()));
    assert!(!name.as_str().contains(|c: char| c.is_control() || c.is_whitespace()));
    assert_eq!(Username::parse(&text.to_ascii_uppercase()), Ok(name), "case means nothing");
}

/// A password: whichever keyboard it is typed on, and however often it is prepared.
pub(crate) fn password(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Some(prepared) = Secret::new(text).prepare_password() else { return };
    let again = prepared.prepare_password().expect("what was prepared can be");
    assert_eq!(again.expose(), prepared.expose());
    assert!(!prepared.expose().is_empty());
    assert!(!prepared.expose().contains(char::is_control));
    if text.is_ascii() {
        assert_eq!(prepared.expose(), text, "nothing in it is folded");
    }
}
