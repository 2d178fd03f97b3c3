//! `SMTP_URL`, `SMTP_CA_FILE`, `SENDGRID_API_KEY`, `SENDGRID_SMTP_URL`, `MAIL_FROM`.

use super::{ConfigError, Environment};
use secrecy::SecretString;
use shared::Email;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// SendGrid's relay: any key signs in under this name.
const SENDGRID_USER: &str = "apikey";
const SENDGRID_URL: &str = "smtp://smtp.sendgrid.net:587";

#[derive(Clone, Debug)]
pub struct MailConfig {
    pub transport: MailTransport,
    /// Whom mail comes from; its name is that of the agency.
    pub from: Email,
    /// One message, from connecting to the server's answer.
    pub timeout: Duration,
}

/// How mail leaves.
#[derive(Clone, Debug)]
pub enum MailTransport {
    Smtp(SmtpServer),
    /// Kept in the database and shown on `/dev/mail`: outside of production, where nothing else is set.
    Mailbox,
    /// Not at all: production, where nothing is set. What needs mail says so.
    Off,
}

#[derive(Clone)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    pub user: Option<String>,
    pub password: Option<SecretString>,
    /// A certificate authority of one's own, beside the public ones.
    pub ca_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte: `smtps://`.
    Tls,
    /// Begun after the greeting, and nothing is said without it: `smtp://`.
    StartTls,
    /// `smtp://…?tls=none`
    None,
}

impl MailConfig {
    pub(super) fn read(env: &Environment, production: bool) -> Result<Self, ConfigError> {
        let ca_file = env.text("SMTP_CA_FILE").map(PathBuf::from);
        let transport = match (env.text("SMTP_URL"), env.text("SENDGRID_API_KEY")) {
            (Some(url), _) => MailTransport::Smtp(SmtpServer {
                ca_file,
                ..SmtpServer::read("SMTP_URL", url, production)?
            }),
            (None, Some(key)) => {
                let url = env.text("SENDGRID_SMTP_URL").unwrap_or(SENDGRID_URL);
                MailTransport::Smtp(SmtpServer {
                    user: Some(SENDGRID_USER.to_owned()),
                    password: Some(SecretString::from(key.to_owned())),
                    ca_file,
                    ..SmtpServer::read("SENDGRID_SMTP_URL", url, production)?
                })
            }
            (None, None) if production => MailTransport::Off,
            (None, None) => MailTransport::Mailbox,
        };
        let from = match (env.text("MAIL_FROM"), &transport) {
            (Some(text), _) => Email::parse(text).map_err(|_not_one| {
                ConfigError::new(
                    "MAIL_FROM",
                    format!("is {text:?}; write an address such as voice@example.com"),
                )
            })?,
            (None, MailTransport::Smtp(_)) => {
                return Err(ConfigError::new(
                    "MAIL_FROM",
                    "is needed to send mail: an address for which your mail server accepts mail, such as voice@example.com",
                ));
            }
            (None, _) => Email::parse("no-reply@echosensei.invalid")
                .map_err(|error| ConfigError::new("MAIL_FROM", error.to_string()))?,
        };
        Ok(Self {
            transport,
            from,
            timeout: Duration::from_secs(30),
        })
    }
}

impl SmtpServer {
    fn read(variable: &'static str, text: &str, production: bool) -> Result<Self, ConfigError> {
        // What stands there may hold a password, so it is not repeated.
        let form =
            "write smtp://user:password@host:587, smtps://user:password@host:465, or smtp://host:25?tls=none";
        let wrong = || ConfigError::new(variable, format!("can not be read; {form}"));
        let url = Url::parse(text).map_err(|_no_url| wrong())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        let plain = match url.query_pairs().find(|(name, _)| name == "tls") {
            None => false,
            Some((_, value)) if value == "required" => false,
            Some((_, value)) if value == "none" => true,
            Some(_) => return Err(wrong()),
        };
        let (encryption, port) = match (url.scheme(), plain) {
            ("smtps", false) => (Encryption::Tls, 465),
            ("smtp", false) => (Encryption::StartTls, 587),
            ("smtp", true) => (Encryption::None, 25),
            _ => return Err(wrong()),
        };
        let decoded = |part: &str| {
            percent_decode(part)
                .ok_or_else(|| ConfigError::new(variable, "has a user or password that can not be read"))
        };
        let user = Some(url.username())
            .filter(|user| !user.is_empty())
            .map(decoded)
            .transpose()?;
        let password = url.password().map(decoded).transpose()?;
        if production && encryption == Encryption::None && password.is_some() {
            return Err(ConfigError::new(
                variable,
                "would send the password unencrypted; leave out tls=none, or the password",
            ));
        }
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            encryption,
            user,
            password: password.map(SecretString::from),
            ca_file: None,
        })
    }
}

/// `%40` is `@`.
fn percent_decode(text: &str) -> Option<String> {
    let encoded = text.replace('+', "%2B");
    let pair = format!("v={encoded}");
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .filter(|value| !value.contains('\u{fffd}'))
}

impl std::fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpServer")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("encryption", &self.encryption)
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| "********"))
            .field("ca_file", &self.ca_file)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn read(pairs: &[(&str, &str)], production: bool) -> Result<MailConfig, ConfigError> {
        MailConfig::read(&Environment::from_pairs(pairs.iter().copied()), production)
    }

    fn server(url: &str) -> SmtpServer {
        let pairs = [("SMTP_URL", url), ("MAIL_FROM", "voice@example.com")];
        match read(&pairs, true).unwrap().transport {
            MailTransport::Smtp(server) => server,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_url_says_host_port_encryption_and_who_signs_in() {
        let start = server("smtp://ada%40example.com:p%2Fw+1@mail.example.com");
        assert_eq!((start.port, start.encryption), (587, Encryption::StartTls));
        assert_eq!(start.user.as_deref(), Some("ada@example.com"));
        assert_eq!(start.password.unwrap().expose_secret(), "p/w+1");
        let tls = server("smtps://mail.example.com");
        assert_eq!((tls.port, tls.encryption), (465, Encryption::Tls));
        let plain = server("smtp://127.0.0.1:2525?tls=none");
        assert_eq!((plain.port, plain.encryption), (2525, Encryption::None));
    }

    #[test]
    fn the_key_of_sendgrid_signs_in_at_its_relay() {
        let pairs = [
            ("SENDGRID_API_KEY", "SG.hush"),
            ("MAIL_FROM", "voice@example.com"),
        ];
        let config = read(&pairs, true).unwrap();
        assert!(!format!("{config:?}").contains("hush"));
        let MailTransport::Smtp(relay) = config.transport else {
            panic!("no relay")
        };
        assert_eq!((relay.host.as_str(), relay.port), ("smtp.sendgrid.net", 587));
        assert_eq!(relay.user.as_deref(), Some("apikey"));
        assert_eq!(relay.encryption, Encryption::StartTls);
    }

    #[test]
    fn without_a_server_mail_is_kept_or_in_production_off() {
        assert!(matches!(
            read(&[], false).unwrap().transport,
            MailTransport::Mailbox
        ));
        assert!(matches!(read(&[], true).unwrap().transport, MailTransport::Off));
    }

    #[test]
    fn what_is_wrong_names_its_variable_and_repeats_no_password() {
        let from = ("MAIL_FROM", "voice@example.com");
        for (pairs, variable) in [
            (vec![("SMTP_URL", "http://hush@example.com"), from], "SMTP_URL"),
            (
                vec![("SMTP_URL", "smtp://a:hush@mail.example.com?tls=perhaps"), from],
                "SMTP_URL",
            ),
            (
                vec![("SMTP_URL", "smtp://a:hush@mail.example.com?tls=none"), from],
                "SMTP_URL",
            ),
            (vec![("SMTP_URL", "smtp://mail.example.com")], "MAIL_FROM"),
            (
                vec![("SMTP_URL", "smtp://mail.example.com"), ("MAIL_FROM", "nobody")],
                "MAIL_FROM",
            ),
        ] {
            let error = read(&pairs, true).unwrap_err();
            assert_eq!(error.variable, variable);
            assert!(!error.message.contains("hush"), "{error}");
        }
    }
}
