//! Telephone numbers.

/// An E.164 number in groups that the eye can hold: `+1 415 555 0134`. Countries group differently;
/// this only keeps long runs of digits readable. Anything else stays as it is.
pub fn phone(number: &str) -> String {
    let Some(digits) = number.strip_prefix('+') else {
        return number.to_owned();
    };
    if digits.len() < 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let code = if digits.starts_with('1') || digits.starts_with('7') {
        1
    } else {
        2
    };
    let (code, rest) = digits.split_at(code);
    let last = rest.len() - 4;
    let mut out = format!("+{code}");
    for (i, digit) in rest.chars().enumerate() {
        if (i < last && i % 3 == 0 && last - i >= 2) || i == last {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::phone;

    #[test]
    fn numbers_are_grouped_and_keep_every_digit() {
        assert_eq!(phone("+14155550134"), "+1 415 555 0134");
        assert_eq!(phone("+4930901820"), "+49 3090 1820");
        assert_eq!(phone("anonymous"), "anonymous");
        let spaced = phone("+442071838750");
        assert_eq!(spaced.replace(' ', ""), "+442071838750");
    }
}
