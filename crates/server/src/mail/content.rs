//! What a message says, as it is sealed in the table.

use crate::app::App;
use crate::seal::SealError;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use shared::MailId;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub sender_name: String,
    pub html: String,
    pub text: String,
    /// Where its button leads.
    pub link: Option<String>,
}

/// Why a message can not be read.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("the message is damaged")]
    Json(#[from] serde_json::Error),
}

impl Content {
    /// # Errors
    /// [`ContentError`]; none in practice.
    pub fn seal(&self, app: &App, mail: MailId) -> Result<Vec<u8>, ContentError> {
        let json = SecretString::from(serde_json::to_string(self)?);
        Ok(app.sealer.seal(&json, mail.0)?)
    }

    /// # Errors
    /// [`ContentError`], such as after ENCRYPTION_KEY was changed.
    pub fn open(app: &App, mail: MailId, sealed: &[u8]) -> Result<Self, ContentError> {
        let json = app.sealer.open(sealed, mail.0)?;
        Ok(serde_json::from_str(json.expose_secret())?)
    }
}
