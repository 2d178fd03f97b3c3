//! Telephone numbers as people write them, made what calls have: E.164.

/// Fewest and most digits of a number with its country code (E.164 allows 15).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Why a text is no number that could be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneError {
    /// Letters, or nothing.
    NotANumber,
    /// Without its country code it could be anybody's.
    NoCountry,
    /// Too short or too long.
    Length,
}

impl PhoneError {
    /// As a form says it.
    pub fn message(self) -> &'static str {
        match self {
            Self::NotANumber => "Write a telephone number such as +49 30 1234567",
            Self::NoCountry => "Write the number with its country code, such as +49 30 1234567",
            Self::Length => "A number with its country code has 7 to 15 digits",
        }
    }
}

/// `+49 (0)30 123-45 67`, `0049 30 1234567` or `tel:+49-30-1234567` as `+49301234567`.
///
/// # Errors
/// [`PhoneError`]. A number without a country code is not guessed: erasing the calls of another caller can not be undone.
pub fn e164(text: &str) -> Result<String, PhoneError> {
    let text = text.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text).trim();
    // The zero that is dialled at home only.
    let text = text.replace("(0)", "");
    let plain: String = text
        .chars()
        .filter(|c| {
            !c.is_whitespace() && !"-.()/\u{2010}\u{2011}\u{2013}\u{200e}\u{202a}\u{202c}".contains(*c)
        })
        .collect();
    let (digits, is_whole) = match (plain.strip_prefix('+'), plain.strip_prefix("00")) {
        (Some(rest), _) | (None, Some(rest)) => (rest, true),
        (None, None) => (plain.as_str(), false),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err(PhoneError::NotANumber);
    }
    if !is_whole || digits.starts_with('0') {
        return Err(PhoneError::NoCountry);
    }
    if !DIGITS.contains(&digits.len()) {
        return Err(PhoneError::Length);
    }
    Ok(format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::{PhoneError, e164};

    #[test]
    fn every_notation_of_a_number_is_the_same_number() {
        for text in [
            "+49301234567",
            "+49 30 123 45 67",
            "0049 30 1234567",
            "+49 (0)30 / 123-4567",
            "tel:+49-30-123.4567",
            " \u{202a}+49 30 1234567\u{202c} ",
        ] {
            assert_eq!(e164(text).as_deref(), Ok("+49301234567"), "{text:?}");
        }
    }

    #[test]
    fn a_number_that_could_be_anybodys_is_not_guessed() {
        assert_eq!(e164("030 1234567"), Err(PhoneError::NoCountry));
        assert_eq!(e164("1234567"), Err(PhoneError::NoCountry));
        assert_eq!(e164("+0 30 1234567"), Err(PhoneError::NoCountry));
        assert_eq!(e164("+49 30"), Err(PhoneError::Length));
        assert_eq!(e164("+4930123456789012"), Err(PhoneError::Length));
        for text in ["", "+", "anna", "+49 30 CALL ME", "+49301234567 ext 3"] {
            assert_eq!(e164(text), Err(PhoneError::NotANumber), "{text:?}");
        }
    }
}
