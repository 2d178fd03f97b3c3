//! The user behind a key, its plan, and the speech models.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::request::Call;
use crate::{Client, Error, lenient};

impl Client {
    /// `GET /v1/user`. Needs the permission `user_read`.
    pub async fn user(&self) -> Result<User, Error> {
        self.json(Call::get(&["v1", "user"])).await
    }

    /// `GET /v1/user/subscription`. Needs the permission `user_read`.
    pub async fn subscription(&self) -> Result<Subscription, Error> {
        self.json(Call::get(&["v1", "user", "subscription"])).await
    }

    /// `GET /v1/models`; not paged.
    pub async fn models(&self) -> Result<Vec<Model>, Error> {
        self.json(Call::get(&["v1", "models"])).await
    }
}

/// Who owns a key. `user_id` tells whether two keys are of the same account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub user_id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub first_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub subscription: Option<Subscription>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub seat_type: Option<String>,
    #[serde(default, with = "lenient::unix")]
    pub created_at: Option<DateTime<Utc>>,
}

/// A plan and what is used of it. Counts are credits (the API says "characters").
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Subscription {
    #[serde(deserialize_with = "lenient::or_default")]
    pub tier: String,
    #[serde(deserialize_with = "lenient::or_default")]
    pub status: String,
    #[serde(deserialize_with = "lenient::or_default")]
    pub character_count: i64,
    #[serde(deserialize_with = "lenient::or_default")]
    pub character_limit: i64,
    #[serde(rename = "next_character_count_reset_unix", with = "lenient::unix")]
    pub next_reset_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub currency: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub voice_limit: Option<i64>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub current_overage: Option<Overage>,
}

/// Decimal text and ISO currency of what the running period costs beyond the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overage {
    pub amount: String,
    pub currency: String,
}

/// A speech model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub model_id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub description: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub can_do_text_to_speech: bool,
    #[serde(default, deserialize_with = "lenient::list")]
    pub languages: Vec<ModelLanguage>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelLanguage {
    pub language_id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
}
