//! A text with what was found in it.

use shared::call_search::Piece;

/// Between these the database puts what it found; texts that have them lose them.
pub const OPENS: char = '\u{e000}';
pub const CLOSES: char = '\u{e001}';

/// Characters kept before the first and after the last found word of a shortened text.
const BEFORE: usize = 40;
const AFTER: usize = 90;

/// Takes a marked text apart.
pub fn pieces(marked: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = marked;
    while !rest.is_empty() {
        let (beside, after) = rest.split_once(OPENS).unwrap_or((rest, ""));
        let (found, after) = after.split_once(CLOSES).unwrap_or((after, ""));
        let both = [(beside, false), (found, true)];
        pieces.extend(
            both.into_iter()
                .filter(|(text, _)| !text.is_empty())
                .map(|(text, found)| Piece {
                    text: text.to_owned(),
                    found,
                }),
        );
        rest = after;
    }
    pieces
}

/// Only what is around the first found word, cut between words where there are any.
pub fn shortened(pieces: Vec<Piece>) -> Vec<Piece> {
    let Some(first) = pieces.iter().position(|piece| piece.found) else {
        return pieces;
    };
    let before: String = pieces
        .iter()
        .take(first)
        .map(|piece| piece.text.as_str())
        .collect();
    let mut short: Vec<Piece> = Vec::new();
    if !before.is_empty() {
        short.push(Piece {
            text: tail(&before, BEFORE),
            found: false,
        });
    }
    let mut room = AFTER;
    for piece in pieces.into_iter().skip(first) {
        if room == 0 {
            break;
        }
        let length = piece.text.chars().count();
        let text = if length > room && !piece.found {
            head(&piece.text, room)
        } else {
            piece.text
        };
        room = room.saturating_sub(length);
        short.push(Piece {
            text,
            found: piece.found,
        });
    }
    short
}

/// The last characters, from the beginning of a word on.
fn tail(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let end: String = text.chars().skip(count - most).collect();
    let end = end
        .split_once(char::is_whitespace)
        .map_or(end.as_str(), |(_, rest)| rest);
    format!("… {end}")
}

/// The first characters, to the end of a word.
fn head(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most).collect();
    let start = start
        .rsplit_once(char::is_whitespace)
        .map_or(start.as_str(), |(start, _)| start);
    format!("{start} …")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pieces: &[Piece]) -> String {
        let mark = |piece: &Piece| match piece.found {
            true => format!("[{}]", piece.text),
            false => piece.text.clone(),
        };
        pieces.iter().map(mark).collect()
    }

    #[test]
    fn pieces_put_together_are_the_text() {
        assert_eq!(
            text(&pieces("a \u{e000}refund\u{e001} or \u{e000}two\u{e001}")),
            "a [refund] or [two]"
        );
        assert_eq!(
            text(&pieces("استرداد \u{e000}المال\u{e001} 🙂")),
            "استرداد [المال] 🙂"
        );
        assert_eq!(text(&pieces("\u{e000}never closed")), "[never closed]");
        assert!(pieces("").is_empty());
    }

    #[test]
    fn a_long_text_is_cut_around_what_was_found_between_characters() {
        let long = format!(
            "{}\u{e000}refund\u{e001} {}",
            "wörter ".repeat(40),
            "später ".repeat(40)
        );
        let short = text(&shortened(pieces(&long)));
        assert!(
            short.starts_with("… wörter ") && short.contains("[refund] später"),
            "{short}"
        );
        assert!(
            short.ends_with("später …") && short.chars().count() < 160,
            "{short}"
        );
        let emoji = format!("{}\u{e000}x\u{e001}{}", "🙂".repeat(300), "🙂".repeat(300));
        assert!(text(&shortened(pieces(&emoji))).contains("[x]🙂"));
    }
}
