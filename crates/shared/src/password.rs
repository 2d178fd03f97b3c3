//! What a new password must be, as far as a form can tell while it is typed. The server asks more: see its `new_password`.

use crate::letters;

/// NIST 800-63B-4 asks for 15 characters where a password is all there is, and for 8 beside a second factor. Both are to be had here,
/// and one rule for all is easier to keep than two: 12, with a list of known passwords and a lock that grows.
pub const MIN_LENGTH: usize = 12;
/// NIST asks that at least 64 be allowed. A bound keeps hashing cheap for us.
pub const MAX_LENGTH: usize = 256;

/// How it is said beside the field.
pub const HINT: &str = "12 characters or more. Any characters, such as a few words in a row.";

/// What is wrong with its length or its shape, in words; `None` when nothing is. Counts characters, not bytes.
pub fn complaint(password: &str) -> Option<&'static str> {
    let length = password.chars().count();
    if length < MIN_LENGTH {
        Some("Take 12 characters or more: a few words in a row are easy to remember")
    } else if length > MAX_LENGTH {
        Some("256 characters at most")
    } else if is_repetition(password) {
        Some("It repeats itself. Take something that does not")
    } else if is_run(password) {
        Some("It is a row of neighbouring characters. Take something less regular")
    } else {
        None
    }
}

/// One part of up to four characters over and over: `aaaaaaaaaaaa`, `abcabcabcabc`.
fn is_repetition(password: &str) -> bool {
    let letters: Vec<char> = letters::lower(password).chars().collect();
    (1..=4).any(|period| {
        letters
            .iter()
            .zip(letters.iter().skip(period))
            .all(|(one, next)| one == next)
    })
}

/// Neighbours of the alphabet or of the digits, up or down, for most of it: `123456789012`, `abcdefgh1234`.
fn is_run(password: &str) -> bool {
    let letters: Vec<u32> = letters::lower(password).chars().map(u32::from).collect();
    let steps = letters.iter().zip(letters.iter().skip(1));
    let (mut neighbours, mut all) = (0_usize, 0_usize);
    for (one, next) in steps {
        all += 1;
        let around = matches!((*one, *next), (0x39, 0x30) | (0x30, 0x39));
        if one.abs_diff(*next) == 1 || around {
            neighbours += 1;
        }
    }
    all > 0 && neighbours * 10 >= all * 8
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn words_pass_and_rows_do_not() {
        for good in [
            "correct horse battery",
            "größer als gedacht",
            "pferd-batterie-7",
            "ѕекрет и ещё слово",
            &"lang und länger ".repeat(10),
        ] {
            assert_eq!(complaint(good), None, "{good}");
        }
        for bad in [
            "short",
            "elf zeichen",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "1212121212121",
            "123456789012",
            "9876543210987",
            "abcdefghijkl",
            "abcdefgh12345",
            &"x y".repeat(100),
        ] {
            assert!(complaint(bad).is_some(), "{bad}");
        }
    }
}
