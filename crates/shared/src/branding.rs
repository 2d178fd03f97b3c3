//! How an organization looks to its people.

use crate::error::FieldError;
use crate::letters;
use crate::palette::Rgb;
use serde::{Deserialize, Serialize};

/// The product's own name, shown where nobody set another.
pub const PRODUCT: &str = "EchoSensei";

/// Id of the element in which the server leaves the [`Look`] for the page.
pub const ELEMENT: &str = "look";

/// Cookie that names the organization whose look a browser saw last, so that a page needs no session to be served in it.
pub const COOKIE: &str = "brand";

/// Largest picture, in bytes.
pub const LARGEST_PICTURE: usize = 1024 * 1024;

/// What is shown, whoever it comes from: the organization itself or those above it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    pub app_name: String,
    /// Of `<html>`: the palette as CSS variables. Empty: the product's own.
    #[serde(default)]
    pub style: String,
    /// Path on every host of ours.
    #[serde(default)]
    pub logo: Option<String>,
    /// In its place on dark ground.
    #[serde(default)]
    pub logo_dark: Option<String>,
    #[serde(default)]
    pub favicon: Option<String>,
    #[serde(default)]
    pub support_url: Option<String>,
    #[serde(default)]
    pub docs_url: Option<String>,
    #[serde(default)]
    pub sign_in_title: Option<String>,
    #[serde(default)]
    pub sign_in_text: Option<String>,
    #[serde(default)]
    pub hides_platform: bool,
}

impl Default for Look {
    /// The product's own.
    fn default() -> Self {
        Self {
            app_name: PRODUCT.to_owned(),
            style: String::new(),
            logo: None,
            logo_dark: None,
            favicon: None,
            support_url: None,
            docs_url: None,
            sign_in_title: None,
            sign_in_text: None,
            hides_platform: false,
        }
    }
}

/// What an organization chose itself, `PUT /api/branding`; what is left out is as above it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnBranding {
    pub app_name: Option<String>,
    /// `#rrggbb`.
    pub colour: Option<String>,
    /// From whom mail comes, beside the address.
    pub sender_name: Option<String>,
    pub support_url: Option<String>,
    pub docs_url: Option<String>,
    pub sign_in_title: Option<String>,
    pub sign_in_text: Option<String>,
    /// The platform's name is shown nowhere.
    pub hides_platform: bool,
}

impl OwnBranding {
    /// Trimmed, empty texts left out.
    ///
    /// # Errors
    /// What is wrong, one a field.
    pub fn cleaned(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let clean = Self {
            app_name: line("app_name", self.app_name, 60, &mut errors),
            colour: line("colour", self.colour, 7, &mut errors).map(|colour| letters::lower(&colour)),
            sender_name: line("sender_name", self.sender_name, 60, &mut errors),
            support_url: link("support_url", self.support_url, &mut errors),
            docs_url: link("docs_url", self.docs_url, &mut errors),
            sign_in_title: line("sign_in_title", self.sign_in_title, 80, &mut errors),
            sign_in_text: text("sign_in_text", self.sign_in_text, 400, &mut errors),
            hides_platform: self.hides_platform,
        };
        if let Some(colour) = &clean.colour
            && Rgb::from_hex(colour).is_none()
        {
            errors.retain(|error| error.field != "colour");
            errors.push(FieldError::new(
                "colour",
                "Write the colour as # and six digits, such as #0b6e8f",
            ));
        }
        // A sender's name stands in a header of every mail: characters that mean something there mislead.
        if clean
            .sender_name
            .as_ref()
            .is_some_and(|name| name.contains(['<', '>', '"', '@']))
        {
            errors.push(FieldError::new(
                "sender_name",
                "A name without quotation marks, angle brackets and @",
            ));
        }
        if errors.is_empty() { Ok(clean) } else { Err(errors) }
    }
}

fn text(field: &str, value: Option<String>, most: usize, errors: &mut Vec<FieldError>) -> Option<String> {
    let value = value
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())?;
    if value.chars().count() > most {
        errors.push(FieldError::new(field, format!("{most} characters at most")));
    }
    if value.contains(is_hidden) {
        errors.push(FieldError::new(field, "It holds characters that nobody can see"));
    }
    Some(value)
}

/// Characters that show nothing and turn or hide what stands beside them.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn line(field: &str, value: Option<String>, most: usize, errors: &mut Vec<FieldError>) -> Option<String> {
    let value = text(field, value, most, errors)?;
    if value.contains('\n') {
        errors.push(FieldError::new(field, "One line only"));
    }
    Some(value)
}

fn link(field: &str, value: Option<String>, errors: &mut Vec<FieldError>) -> Option<String> {
    let value = line(field, value, 300, errors)?;
    let is_mail = value
        .strip_prefix("mailto:")
        .is_some_and(|rest| rest.contains('@'));
    let is_page = value.strip_prefix("https://").is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.contains('.') && !host.contains('@')
    });
    if !is_mail && !is_page || value.contains(char::is_whitespace) {
        errors.push(FieldError::new(
            field,
            "Write an address such as https://help.example.com or mailto:help@example.com",
        ));
    }
    Some(value)
}

/// Where a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Picture {
    Logo,
    LogoDark,
    Favicon,
}

impl Picture {
    pub const ALL: [Self; 3] = [Self::Logo, Self::LogoDark, Self::Favicon];

    /// As it stands in addresses and errors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Logo => "logo",
            Self::LogoDark => "logo_dark",
            Self::Favicon => "favicon",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|picture| picture.as_str() == text)
    }

    /// Longest side in pixels.
    pub fn largest_side(self) -> u32 {
        match self {
            Self::Logo | Self::LogoDark => 4096,
            Self::Favicon => 1024,
        }
    }
}

/// `GET /api/branding`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    pub own: OwnBranding,
    /// Which pictures are its own.
    pub own_pictures: Vec<Picture>,
    /// What would hold if it had chosen nothing itself.
    pub inherited: Look,
    /// The colour that would hold then; `None`: the product's own palette.
    pub inherited_colour: Option<String>,
    pub inherited_sender_name: Option<String>,
    /// What holds.
    pub look: Look,
    pub colour: Option<String>,
    /// Path under which anybody sees the sign-in page in this look.
    pub sign_in_path: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(branding: OwnBranding) -> Vec<String> {
        let errors = branding.cleaned().err().unwrap_or_default();
        errors.into_iter().map(|error| error.field).collect()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn empty_texts_mean_as_above() {
        let branding = OwnBranding {
            app_name: some("  "),
            colour: some(""),
            ..OwnBranding::default()
        };
        assert_eq!(branding.cleaned(), Ok(OwnBranding::default()));
        let branding = OwnBranding {
            app_name: some(" Voice "),
            colour: some("#0B6E8F"),
            ..OwnBranding::default()
        };
        let clean = branding.cleaned().unwrap();
        assert_eq!((clean.app_name, clean.colour), (some("Voice"), some("#0b6e8f")));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for colour in ["red", "#12345", "#12345g", "0b6e8f", "#0b6e8f00", "url(x)"] {
            assert_eq!(
                wrong(OwnBranding {
                    colour: some(colour),
                    ..OwnBranding::default()
                }),
                ["colour"],
                "{colour}"
            );
        }
        for url in [
            "javascript:alert(1)",
            "http://example.com",
            "https://",
            "https://a b.example",
            "https://x@evil.example",
            "mailto:me",
        ] {
            assert_eq!(
                wrong(OwnBranding {
                    support_url: some(url),
                    ..OwnBranding::default()
                }),
                ["support_url"],
                "{url}"
            );
        }
        for name in ["A <b@c.example>", "\"A\""] {
            assert_eq!(
                wrong(OwnBranding {
                    sender_name: some(name),
                    ..OwnBranding::default()
                }),
                ["sender_name"],
                "{name}"
            );
        }
        let long = "x".repeat(61);
        for name in [long.as_str(), "a\nb", "a\u{202e}b", "a\u{0}b"] {
            assert!(
                wrong(OwnBranding {
                    app_name: some(name),
                    ..OwnBranding::default()
                })
                .contains(&"app_name".to_owned()),
                "{name:?}"
            );
        }
    }
}
