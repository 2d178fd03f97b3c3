//! Amounts and rates that are kept in hundredths, as people write them.

/// `12.5` of 1250.
pub fn show(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    match rest {
        0 => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{}", format!("{rest:02}").trim_end_matches('0')),
    }
}

/// 1250 of `12.5` or `12,50`; `None` where it is no such number or finer than hundredths.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || rest.len() > 2 || !digits(whole) || !digits(rest) {
        return None;
    }
    format!("{whole}{rest:0<2}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{parse, show};

    #[test]
    fn what_is_shown_is_read_again() {
        for hundredths in [0, 5, 50, 100, 1250, 123_456] {
            assert_eq!(parse(&show(hundredths)), Some(hundredths));
        }
        assert_eq!(
            (parse("12,5"), parse(" 7 "), parse("0.05")),
            (Some(1250), Some(700), Some(5))
        );
        for wrong in ["", ".5", "-1", "1.234", "1.2.3", "a", "1 000"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
