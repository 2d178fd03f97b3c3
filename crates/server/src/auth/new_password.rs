//! What a new password must be, after NIST 800-63B-4: long enough, not known from breaches, not about the person. No rules of
//! composition, no expiry.
//!
//! 800-63B-4 asks for 15 characters where a password is the only factor and for 8 beside another. One rule for all is 12 here: sign-in
//! is slowed down by a lock that grows, the list of known passwords is asked, and a second factor can be required.

use sha2::{Digest, Sha256};
use shared::{FieldError, password};
use unicode_normalization::UnicodeNormalization;

/// Sorted heads of SHA-256, four bytes each; see its README.
const KNOWN: &[u8] = include_bytes!("known_passwords/known_passwords.bin");
const HEAD: usize = 4;

/// Words that everybody would try first here.
const OURS: &[&str] = &["echosensei", "elevenlabs"];
/// Shorter parts of a name or an address say nothing of a person.
const TELLING: usize = 4;
/// So many digits and marks around a known word are no secret.
const AROUND: usize = 6;

/// Refuses a password that is too short, known, regular, or made of what is known of the person: `about` is his address, his name, his
/// organization. `field` is where the refusal stands.
///
/// # Errors
/// What is wrong and what would be right.
pub fn accept(field: &str, password: &str, about: &[&str]) -> Result<(), FieldError> {
    let refuse = |text: &str| Err(FieldError::new(field, text));
    let normal = normalized(password);
    if let Some(text) = password::complaint(&normal) {
        return refuse(text);
    }
    if normal.contains('\0') {
        return refuse("Leave out the character NUL");
    }
    let plain = normal.to_lowercase();
    if is_known(&plain) || is_known_word_with_digits(&plain) {
        return refuse("This password is known from breaches of other sites. Take another one");
    }
    let words = about.iter().flat_map(|text| parts(text));
    let words = words.chain(OURS.iter().map(|word| (*word).to_owned()));
    if is_mostly(&plain, words.collect()) {
        return refuse("It is made of your name, your address or the product's. Take something else");
    }
    Ok(())
}

/// The form in which passwords are hashed: the same letters typed on another keyboard are the same password.
pub(super) fn normalized(password: &str) -> String {
    password.nfkc().collect()
}

fn is_known(plain: &str) -> bool {
    let digest = Sha256::digest(plain.as_bytes());
    let Some(wanted) = digest.get(..HEAD) else {
        return false;
    };
    let (heads, _) = KNOWN.as_chunks::<HEAD>();
    heads.binary_search_by(|head| head.as_slice().cmp(wanted)).is_ok()
}

/// `welcome2024!`
fn is_known_word_with_digits(plain: &str) -> bool {
    let word = plain.trim_matches(|c: char| !c.is_alphabetic());
    let around = plain.chars().count() - word.chars().count();
    around > 0 && around <= AROUND && is_known(word)
}

fn parts(text: &str) -> Vec<String> {
    let text = normalized(text).to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
    let words = words.chain([text.split('@').next().unwrap_or_default().to_owned()]);
    words.filter(|word| word.chars().count() >= TELLING).collect()
}

/// Without these words too little is left to be a password by itself.
fn is_mostly(plain: &str, mut words: Vec<String>) -> bool {
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = words
        .iter()
        .fold(plain.to_owned(), |rest, word| rest.replace(word, ""));
    let left = rest.chars().filter(|c| c.is_alphanumeric()).count();
    rest.len() < plain.len() && left < password::MIN_LENGTH - TELLING
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: &[&str] = &[
        "maria.lindqvist@harbor-dental.example",
        "Maria Lindqvist",
        "Harbor Dental",
    ];

    fn message(password: &str) -> Option<String> {
        accept("new", password, ABOUT).err().map(|error| {
            assert_eq!(error.field, "new");
            error.message
        })
    }

    #[test]
    fn words_in_a_row_and_other_scripts_are_accepted() {
        for good in [
            "tulip anchor rhubarb",
            "Öl, Mühle & Käse im Topf",
            "пароль из трёх слов сад",
            "lindqvist keeps four grey geese",
            &"7f ".repeat(20).replace("7f 7f", "x9 qu"),
        ] {
            assert_eq!(message(good), None, "{good}");
        }
        assert_eq!(message(&"Käse Öl ".repeat(8).replacen("Käse", "Brot", 3)), None);
    }

    #[test]
    fn what_is_known_is_refused_whatever_its_case_and_digits() {
        for known in [
            "1qaz2wsx3edc",
            "QwertyQwerty",
            "sonyericsson",
            "Password1234",
            "welcome2024!",
            "12-letmein-34",
        ] {
            let text = message(known).unwrap_or_default();
            assert!(
                text.contains("breaches") || text.contains("known"),
                "{known}: {text}"
            );
        }
    }

    #[test]
    fn what_is_about_the_person_or_the_product_is_refused() {
        for about in [
            "maria.lindqvist1",
            "LindqvistMaria77",
            "harbor-dental-26",
            "echosensei-demo",
            "EchoSensei2026",
        ] {
            assert!(message(about).unwrap_or_default().contains("made of"), "{about}");
        }
    }

    #[test]
    fn too_short_and_regular_ones_are_refused() {
        for bad in ["eleven char", "aaaaaaaaaaaaaaa", "abcdefghijklm", ""] {
            assert!(message(bad).is_some(), "{bad}");
        }
        // Two letters that are one: eleven characters after normalisation.
        assert!(message("gro\u{308}sser wa").is_some());
    }

    #[test]
    fn the_list_is_sorted_and_whole() {
        let (heads, rest) = KNOWN.as_chunks::<HEAD>();
        assert!(rest.is_empty() && heads.len() > 50_000 && heads.is_sorted());
    }
}
