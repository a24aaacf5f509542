//! Names that clients supply, made fit for a page (Unicode Technical Reports 36 and 39).

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};

/// Characters that are blank in most fonts although no property of Unicode says so: the Braille pattern
/// without dots, a musical note without a head, the blanks of Egyptian hieroglyphs, the filler of the
/// Khitan small script, and the object replacement character.
const BLANK: [char; 6] =
    ['\u{2800}', '\u{fffc}', '\u{13441}', '\u{13442}', '\u{16fe4}', '\u{1d159}'];

/// The most marks that may stand on one character (Unicode Technical Standard 39 §5.4). More than that
/// cover the lines above and below.
const MOST_MARKS: usize = 4;

/// Returns `text` without anything that cannot be seen or that changes how its neighbours are read:
/// control, format, private-use and default-ignorable characters, bidirectional controls among them, and
/// what looks like a blank and is none. White space of any kind becomes one plain space between words.
///
/// Two names that look alike because one of them has such a character become equal. The result is empty
/// if nothing is left.
#[must_use]
pub fn legible(text: &str) -> String {
    let (mut kept, mut marks) = (String::with_capacity(text.len()), 0);
    for c in text.chars() {
        match Kind::of(c) {
            Kind::Space if !kept.is_empty() && !kept.ends_with(' ') => kept.push(' '),
            Kind::Space | Kind::Unseen => {}
            Kind::Mark if kept.is_empty() || kept.ends_with(' ') || marks == MOST_MARKS => {}
            Kind::Mark => {
                marks += 1;
                kept.push(c);
            }
            Kind::Seen => {
                marks = 0;
                kept.push(c);
            }
        }
    }
    kept.truncate(kept.trim_end().len());
    kept
}

/// Returns the first `most` characters of `text` and an ellipsis, or `None` if all of it fits.
#[must_use]
pub fn shortened(text: &str, most: usize) -> Option<String> {
    let (cut, next) = text.char_indices().nth(most)?;
    // A mark belongs to the character before it, which would lose it.
    let whole = if Kind::of(next) == Kind::Mark {
        text[..cut].trim_end_matches(|c| Kind::of(c) == Kind::Mark)
    } else {
        &text[..cut]
    };
    Some(format!("{}…", whole.trim_end()))
}

/// The way in which a character shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It has a shape of its own.
    Seen,
    /// It sits on the character before it.
    Mark,
    /// It separates words.
    Space,
    /// It has no shape.
    Unseen,
}

impl Kind {
    fn of(c: char) -> Self {
        use GeneralCategory as Category;
        if c.is_whitespace() {
            return Self::Space;
        }
        if BLANK.contains(&c) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) {
            return Self::Unseen;
        }
        match CodePointMapData::<Category>::new().get(c) {
            Category::Control
            | Category::Format
            | Category::PrivateUse
            | Category::LineSeparator
            | Category::ParagraphSeparator => Self::Unseen,
            Category::NonspacingMark | Category::EnclosingMark => Self::Mark,
            _ => Self::Seen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_dropped() {
        let unseen = [
            '\0',
            '\u{7f}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{1160}',
            '\u{17b4}',
            '\u{180b}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{206f}',
            '\u{2800}',
            '\u{3164}',
            '\u{e000}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{fffc}',
            '\u{13441}',
            '\u{16fe4}',
            '\u{1d159}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0061}',
            '\u{e0100}',
        ];
        for c in unseen {
            assert_eq!(legible(&format!("{c}Cl{c}aude{c}")), "Claude", "U+{:04X}", u32::from(c));
            assert_eq!(legible(&c.to_string()), "", "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn every_default_ignorable_character_is_dropped() {
        let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        for c in ('\0'..=char::MAX).filter(|c| ignorable.contains(*c)) {
            assert_eq!(legible(&c.to_string()), "", "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn white_space_of_any_kind_is_one_space_between_words() {
        let spaces = [
            " ",
            "  ",
            "\t",
            "\n",
            "\r\n",
            "\u{a0}",
            "\u{2003}",
            "\u{2028}",
            "\u{2029}",
            "\u{202f}",
            "\u{3000}",
            " \u{200b} ",
        ];
        for space in spaces {
            assert_eq!(legible(&format!("{space}Field{space}notes{space}")), "Field notes");
        }
    }

    #[test]
    fn names_in_any_script_stay_as_they_are() {
        for name in [
            "Field Notes 2",
            "Zettelkästchen",
            "Åse",
            "日本語メモ",
            "ملاحظات",
            "टिप्पणियाँ",
            "메모",
            "📝 Notes",
        ] {
            assert_eq!(legible(name), name);
        }
    }

    #[test]
    fn marks_neither_stand_alone_nor_pile_up() {
        assert_eq!(legible("\u{301}a \u{20dd}b"), "a b");
        assert_eq!(
            legible(&format!("a{}b", "\u{301}".repeat(30))),
            "a\u{301}\u{301}\u{301}\u{301}b"
        );
    }

    #[test]
    fn a_long_name_ends_in_an_ellipsis_and_not_in_the_middle_of_a_character() {
        assert_eq!(shortened("notes", 5), None);
        assert_eq!(shortened("field notes", 6).as_deref(), Some("field…"));
        assert_eq!(shortened("abe\u{301}\u{302}f", 4).as_deref(), Some("abe…"));
    }
}
