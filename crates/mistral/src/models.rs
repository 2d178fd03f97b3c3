//! `GET /v1/models`

use serde::Deserialize;

use crate::{Client, Error};

/// A model that the key may use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Model {
    pub id: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// When it will be switched off, as the vendor writes it.
    #[serde(default)]
    pub deprecation: Option<String>,
    #[serde(default)]
    pub deprecation_replacement_model: Option<String>,
    /// Tokens of question and answer together.
    #[serde(default)]
    pub max_context_length: Option<u32>,
}

impl Model {
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.aliases.iter().any(|alias| alias == name)
    }
}

#[derive(Deserialize)]
struct List {
    data: Vec<Model>,
}

impl Client {
    /// # Errors
    /// [`Error`].
    pub async fn models(&self) -> Result<Vec<Model>, Error> {
        let list: List = self.get(&["v1", "models"]).await?;
        Ok(list.data)
    }
}
