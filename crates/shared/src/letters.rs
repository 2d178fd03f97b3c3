//! Small and capital letters. In a browser by its own tables: those of the standard library are eight kilobytes of what the sign-in
//! page fetches.

/// In small letters, whatever the language: `ΟΔΟΣ` is `οδος`.
pub fn lower(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    return js_sys::JsString::from(text).to_lower_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    text.to_lowercase()
}

/// In capital letters, whatever the language: `ß` is `SS`.
pub fn upper(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    return js_sys::JsString::from(text).to_upper_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    text.to_uppercase()
}

/// With a capital letter first.
pub fn capital(text: &str) -> String {
    let after = text.chars().next().map_or(0, char::len_utf8);
    let (first, rest) = text.split_at(after);
    upper(first) + rest
}

#[cfg(test)]
mod tests {
    use super::{capital, lower, upper};

    #[test]
    fn letters_of_every_language_change_and_others_stay() {
        assert_eq!(lower("ÄRZTE 24 ΟΔΟΣ"), "ärzte 24 οδος");
        assert_eq!(upper("straße 24 é"), "STRASSE 24 É");
        assert_eq!(capital("été en ville"), "Été en ville");
        assert_eq!((capital("").as_str(), capital("7 a").as_str()), ("", "7 a"));
    }
}
