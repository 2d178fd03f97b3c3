//! Which names can be an organization's own domain.

use crate::config::Config;
use std::net::IpAddr;
use unicode_security::{MixedScript, skeleton};

/// As DNS has it: lower case, in punycode.
///
/// # Errors
/// What is wrong with it, for the person who typed it.
pub fn parse(typed: &str, config: &Config) -> Result<String, String> {
    let typed = typed.trim().trim_end_matches('.');
    if typed.contains("://")
        || typed.contains(['/', ':', '@', '?', '#', '*'])
        || typed.contains(char::is_whitespace)
    {
        return Err("Write the name alone, such as voice.example.com".to_owned());
    }
    if typed.parse::<IpAddr>().is_ok() {
        return Err("This is an address of a machine. Write a name, such as voice.example.com".to_owned());
    }
    let name = idna::domain_to_ascii_strict(typed).map_err(|_invalid| {
        "This is no name that DNS can hold. Write one such as voice.example.com".to_owned()
    })?;
    if name.len() > 253 {
        return Err("253 characters at most".to_owned());
    }
    if !name.contains('.')
        || name
            .rsplit('.')
            .next()
            .is_some_and(|top| top.bytes().all(|c| c.is_ascii_digit()))
    {
        return Err("Write the whole name, such as voice.example.com".to_owned());
    }
    // Letters of two alphabets in one word are there to be taken for others.
    let shown = shown(&name);
    if !shown
        .split('.')
        .all(|label| label.is_ascii() || label.is_single_script())
    {
        return Err("A part of this name mixes letters of several alphabets".to_owned());
    }
    is_somebodys(&name)?;
    is_not_ours(&name, &shown, config)?;
    Ok(name)
}

/// As people read it.
pub fn shown(name: &str) -> String {
    let (text, read) = idna::domain_to_unicode(name);
    if read.is_ok() { text } else { name.to_owned() }
}

/// A public suffix belongs to a registry, and names that the world does not have to nobody.
fn is_somebodys(name: &str) -> Result<(), String> {
    const NOBODYS: [&str; 8] = [
        "localhost",
        "local",
        "internal",
        "invalid",
        "onion",
        "arpa",
        "home",
        "lan",
    ];
    if name.rsplit('.').next().is_some_and(|top| NOBODYS.contains(&top)) {
        return Err("Names of this kind are not known in the world".to_owned());
    }
    match psl::domain_str(name) {
        Some(_) => Ok(()),
        None => Err(format!(
            "{name} belongs to a registry. Write a name below it that is yours"
        )),
    }
}

/// Neither our own nor one that looks like it.
fn is_not_ours(name: &str, shown: &str, config: &Config) -> Result<(), String> {
    let public = config.http.public_url.domain();
    for ours in public.into_iter().chain(config.branding.base_domain.as_deref()) {
        if name == ours || name.ends_with(&format!(".{ours}")) || ours.ends_with(&format!(".{name}")) {
            return Err("This name belongs to the platform".to_owned());
        }
        let look = |text: &str| skeleton(text).collect::<String>();
        if look(shown) == look(ours) {
            return Err("This name can be taken for the platform's".to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn parsed(typed: &str) -> Result<String, String> {
        let settings = [
            ("PUBLIC_URL", "https://voice.platform.com"),
            ("BASE_DOMAIN", "agencies.platform.com"),
        ];
        parse(typed, &Config::read(&Environment::from_pairs(settings)).unwrap())
    }

    #[test]
    fn ordinary_names_are_taken_as_dns_has_them() {
        for (typed, name) in [
            (" Voice.Example.COM. ", "voice.example.com"),
            ("calls.zahnärzte.de", "calls.xn--zahnrzte-3za.de"),
            ("example.co.uk", "example.co.uk"),
            ("почта.example.com", "xn--80a1acny.example.com"),
        ] {
            assert_eq!(parsed(typed).as_deref(), Ok(name), "{typed}");
        }
        assert_eq!(shown("calls.xn--zahnrzte-3za.de"), "calls.zahnärzte.de");
    }

    #[test]
    fn what_is_nobodys_or_ours_or_a_trick_is_refused() {
        for (typed, why) in [
            ("", "no name"),
            ("https://voice.example.com", "name alone"),
            ("voice.example.com:443", "name alone"),
            ("*.example.com", "name alone"),
            ("a b.example.com", "name alone"),
            ("192.0.2.7", "address"),
            ("2001:db8::1", "name alone"),
            ("localhost", "whole name"),
            ("1.2.3.999", "whole name"),
            ("example.local", "not known"),
            ("co.uk", "registry"),
            ("com", "whole name"),
            ("github.io", "registry"),
            ("-a.example.com", "no name"),
            ("a_b.example.com", "no name"),
            ("voice.platform.com", "platform"),
            ("x.agencies.platform.com", "platform"),
            ("platform.com", "platform"),
            // Cyrillic о and а.
            ("v\u{43e}ice.example.com", "alphabets"),
            ("voice.pl\u{430}tform.com", "alphabets"),
        ] {
            let error = parsed(typed).expect_err(typed);
            assert!(error.contains(why), "{typed}: {error}");
        }
        let long = format!("{}.example.com", "a".repeat(64));
        assert!(parsed(&long).is_err());
    }
}
