//! The voices of a workspace.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::request::Call;
use crate::{Client, Error, Page, lenient};

impl Client {
    /// `GET /v1/voices`: all at once. The vendor refuses it above 500 voices; see [`Client::voices_v2`].
    pub async fn voices_v1(&self) -> Result<Vec<Voice>, Error> {
        let reply: VoicesV1 = self.json(Call::get(&["v1", "voices"])).await?;
        Ok(reply.voices)
    }

    /// `GET /v2/voices`: one page.
    pub async fn voices_v2(&self, query: &VoiceQuery) -> Result<Page<Voice>, Error> {
        let mut pairs = vec![("page_size", query.page_size.unwrap_or(100).to_string())];
        // The vendor calls the count slow, and nothing here needs it.
        pairs.push(("include_total_count", "false".into()));
        pairs.extend(query.search.clone().map(|text| ("search", text)));
        pairs.extend(query.category.clone().map(|text| ("category", text)));
        pairs.extend(query.page_token.clone().map(|token| ("next_page_token", token)));
        let reply: VoicesV2 = self.json(Call::get(&["v2", "voices"]).query(pairs)).await?;
        Ok(Page::new(reply.voices, reply.next_page_token, reply.has_more))
    }
}

/// Which voices; the default is the first page of all.
#[derive(Debug, Clone, Default)]
pub struct VoiceQuery {
    /// 1 to 100, 100 by default.
    pub page_size: Option<u8>,
    pub search: Option<String>,
    pub category: Option<String>,
    /// `next_cursor` of the page before.
    pub page_token: Option<String>,
}

#[derive(Deserialize)]
struct VoicesV1 {
    voices: Vec<Voice>,
}

#[derive(Deserialize)]
struct VoicesV2 {
    voices: Vec<Voice>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    has_more: Option<bool>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    next_page_token: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    pub voice_id: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub category: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub description: Option<String>,
    /// Such as `accent`, `gender`, `language`.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub labels: BTreeMap<String, String>,
    /// A public MP3; sometimes missing.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub preview_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub verified_languages: Vec<VerifiedLanguage>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerifiedLanguage {
    pub language: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub model_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub accent: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub preview_url: Option<String>,
}
