//! The ways out.

use super::content::Content;
use crate::config::{Encryption, MailConfig, MailTransport, SmtpServer};
use anyhow::Context;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParametersBuilder};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;
use shared::{Email, MailId};
use std::error::Error;
use std::time::Duration;
use url::Url;

/// Sends, keeps, or does neither.
pub struct Mailer {
    from: Email,
    /// Of the part of a Message-ID after the `@`.
    host: String,
    timeout: Duration,
    way: Way,
}

enum Way {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Mailbox,
    Off,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// A mail server took it.
    Sent,
    /// It stays in the table, for `/dev/mail`.
    Kept,
}

/// Why it did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryError {
    /// Trying again would give the same answer.
    pub is_final: bool,
    pub message: String,
}

/// A message to hand over.
pub(super) struct Message<'a> {
    pub id: MailId,
    pub to: &'a str,
    pub subject: &'a str,
    pub content: &'a Content,
}

impl Mailer {
    /// # Errors
    /// When the certificates of SMTP_CA_FILE can not be read.
    pub async fn open(config: &MailConfig, public_url: &Url) -> anyhow::Result<Self> {
        let host = public_url.host_str().unwrap_or("localhost").to_owned();
        let way = match &config.transport {
            MailTransport::Smtp(server) => {
                let own_name = match public_url.host() {
                    Some(url::Host::Ipv4(ip)) => ClientId::Ipv4(ip),
                    Some(url::Host::Ipv6(ip)) => ClientId::Ipv6(ip),
                    Some(url::Host::Domain(_)) | None => ClientId::Domain(host.clone()),
                };
                Way::Smtp(Box::new(smtp(server, config.timeout, own_name).await?))
            }
            MailTransport::Mailbox => Way::Mailbox,
            MailTransport::Off => {
                tracing::warn!(
                    "no mail can be sent: nobody can be invited and no password be replaced until SMTP_URL or SENDGRID_API_KEY is set"
                );
                Way::Off
            }
        };
        Ok(Self {
            from: config.from.clone(),
            host,
            timeout: config.timeout,
            way,
        })
    }

    /// Mail that is queued has a way out.
    pub fn is_ready(&self) -> bool {
        !matches!(self.way, Way::Off)
    }

    /// Mail stays here and is shown on `/dev/mail`.
    pub fn keeps(&self) -> bool {
        matches!(self.way, Way::Mailbox)
    }

    /// Whom mail comes from, with the name of whoever writes.
    pub fn sender(&self, name: &str) -> String {
        format!("{name} <{}>", self.from)
    }

    pub(super) async fn deliver(&self, message: Message<'_>) -> Result<Delivered, DeliveryError> {
        let transport = match &self.way {
            Way::Smtp(transport) => transport,
            Way::Mailbox => return Ok(Delivered::Kept),
            Way::Off => return Err(DeliveryError::lasting("no way to send mail is set up")),
        };
        let message = self
            .write(message)
            .map_err(|error| DeliveryError::lasting(format!("{error:#}")))?;
        // The transport's own limit is one of each step.
        match tokio::time::timeout(self.timeout, transport.send(message)).await {
            Ok(Ok(_)) => Ok(Delivered::Sent),
            Ok(Err(error)) => Err(DeliveryError {
                is_final: error.is_permanent() || error.is_client(),
                message: with_causes(&error),
            }),
            Err(_elapsed) => Err(DeliveryError {
                is_final: false,
                message: format!(
                    "the mail server did not answer within {} s",
                    self.timeout.as_secs()
                ),
            }),
        }
    }

    fn write(&self, message: Message<'_>) -> anyhow::Result<lettre::Message> {
        let content = message.content;
        let from: Address = self.from.as_str().parse().context("MAIL_FROM")?;
        let to: Address = message.to.parse().context("the recipient's address")?;
        Ok(lettre::Message::builder()
            .from(Mailbox::new(Some(content.sender_name.clone()), from))
            .to(Mailbox::new(None, to))
            .subject(message.subject)
            // The same in every attempt, so that a mail program knows a repetition.
            .message_id(Some(format!("<{}@{}>", message.id.0.simple(), self.host)))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(
                content.text.clone(),
                content.html.clone(),
            ))?)
    }
}

impl DeliveryError {
    fn lasting(message: impl Into<String>) -> Self {
        Self {
            is_final: true,
            message: message.into(),
        }
    }
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

async fn smtp(
    server: &SmtpServer,
    timeout: Duration,
    own_name: ClientId,
) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let mut tls = TlsParametersBuilder::new(server.host.clone());
    if let Some(path) = &server.ca_file {
        let pem = tokio::fs::read(path)
            .await
            .with_context(|| format!("SMTP_CA_FILE: {}", path.display()))?;
        tls = tls.add_root_certificate(Certificate::from_pem(&pem).context("SMTP_CA_FILE")?);
    }
    let tls = tls.build_rustls().context("TLS for mail")?;
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        .port(server.port)
        .timeout(Some(timeout))
        .hello_name(own_name)
        .tls(match server.encryption {
            Encryption::Tls => Tls::Wrapper(tls),
            Encryption::StartTls => Tls::Required(tls),
            Encryption::None => Tls::None,
        });
    if let Some(user) = &server.user {
        let password = server
            .password
            .as_ref()
            .map(ExposeSecret::expose_secret)
            .unwrap_or_default();
        builder = builder.credentials(Credentials::new(user.clone(), password.to_owned()));
    }
    Ok(builder.build())
}

/// Tells programs that answer by themselves not to (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
