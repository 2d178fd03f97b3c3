//! What every message is made of. It is written twice from the same parts: as text, and as HTML that mail programs show alike, with
//! tables and attributes where a page would use a style sheet. Everything that people typed is escaped by the engine.

use super::MailBrand;
use super::content::Content;
use askama::Template;

/// One message, apart from its look.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    pub subject: String,
    pub heading: String,
    pub paragraphs: Vec<String>,
    /// Words of a person: who, and what.
    pub quote: Option<(String, String)>,
    /// Names and values.
    pub facts: Vec<(&'static str, String)>,
    pub action: Option<Action>,
    /// After the button: how long it works, what to do otherwise.
    pub notes: Vec<String>,
}

/// The one thing to do.
#[derive(Clone, Debug)]
pub struct Action {
    pub label: &'static str,
    pub url: String,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    brand: &'a MailBrand,
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    brand: &'a MailBrand,
    letter: &'a Letter,
}

impl Letter {
    /// Writes it in the look of `brand`.
    ///
    /// # Errors
    /// None with these templates: writing to memory does not fail.
    pub fn write(&self, brand: &MailBrand) -> Result<(String, Content), askama::Error> {
        let letter = self;
        let content = Content {
            sender_name: one_line(&brand.sender_name),
            html: Html { brand, letter }.render()?,
            text: Text { brand, letter }.render()?,
            link: self.action.as_ref().map(|action| action.url.clone()),
        };
        Ok((one_line(&self.subject), content))
    }
}

/// A header is one line: what people typed ends no header and begins no other.
fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand() -> MailBrand {
        MailBrand {
            app_name: "Northwind <Voice>".into(),
            sender_name: "Northwind\r\nBcc: all@example.com".into(),
            colour: "#1d4ed8".into(),
            logo_url: None,
            support_url: Some("mailto:help@example.com".into()),
            footer: "Northwind & Sons".into(),
            base_url: "https://voice.example.com/".parse().unwrap(),
        }
    }

    fn letter() -> Letter {
        Letter {
            subject: "Join\r\nBcc: all@example.com".into(),
            heading: "Join Ada's <team>".into(),
            paragraphs: vec!["<script>alert(1)</script>".into()],
            quote: Some(("Ada".into(), "See <b>you</b>\nthere".into())),
            facts: vec![("Role", "Admin".into())],
            action: Some(Action {
                label: "Accept",
                url: brand().link("/invite", "s3cret"),
            }),
            notes: vec!["Until tomorrow.".into()],
        }
    }

    #[test]
    fn what_people_typed_is_no_markup_and_begins_no_header() {
        let (subject, content) = letter().write(&brand()).unwrap();
        assert_eq!(subject, "Join Bcc: all@example.com");
        assert_eq!(content.sender_name, "Northwind Bcc: all@example.com");
        for markup in ["<script>", "<b>you", "<team>", "<Voice>"] {
            assert!(!content.html.contains(markup), "{markup} in {}", content.html);
            assert!(
                markup == "<Voice>" || content.text.contains(markup),
                "{markup} is changed in {}",
                content.text
            );
        }
    }

    #[test]
    fn text_and_html_say_the_same_and_carry_the_brand() {
        let (_, content) = letter().write(&brand()).unwrap();
        let url = "https://voice.example.com/invite#s3cret";
        assert_eq!(content.link.as_deref(), Some(url));
        for part in [url, "Admin", "Until tomorrow.", "Role"] {
            assert!(
                content.html.contains(part),
                "{part} is missing in {}",
                content.html
            );
            assert!(
                content.text.contains(part),
                "{part} is missing in {}",
                content.text
            );
        }
        for part in ["#1d4ed8", "mailto:help@example.com", "Northwind &#38; Sons"] {
            assert!(
                content.html.contains(part),
                "{part} is missing in {}",
                content.html
            );
        }
        // Nothing that mail programs leave out, and nothing that calls home.
        for part in ["<style", "<script", "<link", "http://"] {
            assert!(!content.html.contains(part), "{part} in {}", content.html);
        }
    }
}
