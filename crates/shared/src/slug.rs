//! Short names of organizations, as they stand in addresses.

use crate::letters;

/// Names that mean something else in an address or would mislead.
pub const RESERVED: &[&str] = &[
    "about",
    "account",
    "admin",
    "agency",
    "api",
    "app",
    "assets",
    "auth",
    "billing",
    "blog",
    "cdn",
    "dashboard",
    "demo",
    "dev",
    "docs",
    "echosensei",
    "ftp",
    "health",
    "help",
    "imap",
    "live",
    "login",
    "logout",
    "mail",
    "media",
    "metrics",
    "mx",
    "ns1",
    "ns2",
    "platform",
    "pop",
    "postmaster",
    "ready",
    "root",
    "security",
    "settings",
    "signup",
    "smtp",
    "static",
    "status",
    "support",
    "system",
    "test",
    "webhook",
    "webhooks",
    "webmail",
    "www",
];

/// Longest part of a host name.
const LONGEST: usize = 63;

/// What is wrong with it, in words; `None` when it can be used.
pub fn complaint(slug: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug.is_empty() {
        Some("Enter a short name for addresses, such as harbor-dental")
    } else if slug.len() > LONGEST {
        Some("63 characters at most")
    } else if !slug.chars().all(allowed) {
        Some("Only a–z, 0–9 and hyphens, such as harbor-dental")
    } else if slug.starts_with('-') || slug.ends_with('-') {
        Some("It begins and ends with a letter or a digit")
    } else if RESERVED.contains(&slug) {
        Some("This name is reserved. Choose another one")
    } else {
        None
    }
}

/// A slug made from a name: `Zahnärzte am Hafen` becomes `zahnaerzte-am-hafen`. Empty when the name has no letter of ours.
pub fn suggest(name: &str) -> String {
    let mut slug = String::new();
    for c in letters::lower(name).chars() {
        match plain(c) {
            "" if c.is_ascii_alphanumeric() => slug.push(c),
            // An apostrophe joins: `Joe's` is `joes`.
            "" if matches!(c, '\'' | '’') => {}
            "" if slug.ends_with('-') || slug.is_empty() => {}
            "" => slug.push('-'),
            letters => slug.push_str(letters),
        }
    }
    slug.truncate(LONGEST);
    let slug = slug.trim_end_matches('-').to_owned();
    if RESERVED.contains(&slug.as_str()) {
        format!("{slug}-1")
    } else {
        slug
    }
}

fn plain(c: char) -> &'static str {
    match c {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' | 'ø' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' | 'ē' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' => "o",
        'ř' => "r",
        'ś' | 'š' => "s",
        'ù' | 'ú' | 'û' | 'ů' => "u",
        'ý' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{complaint, suggest};

    #[test]
    fn a_suggestion_from_a_name_can_be_used() {
        for (name, slug) in [
            ("Harbor Dental", "harbor-dental"),
            ("  Zahnärzte & Co. (Kiel) ", "zahnaerzte-co-kiel"),
            ("Joe's Café", "joes-cafe"),
            ("Support", "support-1"),
            ("株式会社", ""),
        ] {
            assert_eq!(suggest(name), slug, "{name}");
            assert_eq!(complaint(&suggest(name)).is_some(), slug.is_empty(), "{name}");
        }
        let long = suggest(&"a ".repeat(80));
        assert!(complaint(&long).is_none(), "{long}");
    }

    #[test]
    fn what_can_not_stand_in_an_address_is_refused() {
        for slug in [
            "",
            "-a",
            "a-",
            "A",
            "a b",
            "www",
            "api",
            "straße",
            &"a".repeat(64),
        ] {
            assert!(complaint(slug).is_some(), "{slug}");
        }
        assert!(complaint("a").is_none());
    }
}
