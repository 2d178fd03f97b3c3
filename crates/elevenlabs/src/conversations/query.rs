//! Which conversations to list.

use chrono::{DateTime, Utc};

use super::{CallSuccess, ConversationStatus, InitiationSource};

/// Filters of the list; the default is the first page of all, newest first.
#[derive(Debug, Clone, Default)]
pub struct ConversationQuery {
    /// 1 to 100, 100 by default.
    pub page_size: Option<u8>,
    pub cursor: Option<String>,
    pub agent_id: Option<String>,
    /// Whether the bounds belong to the range is not documented: overlap by a second.
    pub started_after: Option<DateTime<Utc>>,
    pub started_before: Option<DateTime<Utc>>,
    pub call_successful: Option<CallSuccess>,
    /// There is no filter for a status, only against some.
    pub exclude_statuses: Vec<ConversationStatus>,
    pub initiation_source: Option<InitiationSource>,
    pub main_languages: Vec<String>,
    pub user_id: Option<String>,
    /// Words of the transcript.
    pub search: Option<String>,
    /// Adds title and summary to the items.
    pub with_summary: bool,
    pub sort: SortDirection,
}

/// By start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortDirection {
    #[default]
    NewestFirst,
    OldestFirst,
}

impl ConversationQuery {
    /// The conversations that run at this moment, of one agent or all.
    pub fn running(agent_id: Option<String>) -> Self {
        use ConversationStatus::{Done, Failed, Processing};
        Self {
            agent_id,
            exclude_statuses: vec![Done, Failed, Processing],
            ..Self::default()
        }
    }

    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("page_size", self.page_size.unwrap_or(100).to_string())];
        pairs.extend(self.cursor.clone().map(|text| ("cursor", text)));
        pairs.extend(self.agent_id.clone().map(|text| ("agent_id", text)));
        pairs.extend(
            self.started_after
                .map(|at| ("call_start_after_unix", at.timestamp().to_string())),
        );
        pairs.extend(
            self.started_before
                .map(|at| ("call_start_before_unix", at.timestamp().to_string())),
        );
        pairs.extend(
            self.call_successful
                .as_ref()
                .map(|what| ("call_successful", what.to_string())),
        );
        pairs.extend(
            self.exclude_statuses
                .iter()
                .map(|status| ("exclude_statuses", status.to_string())),
        );
        let source = self.initiation_source.as_ref();
        pairs.extend(source.map(|source| ("conversation_initiation_source", source.to_string())));
        pairs.extend(
            self.main_languages
                .iter()
                .map(|language| ("main_languages", language.clone())),
        );
        pairs.extend(self.user_id.clone().map(|text| ("user_id", text)));
        pairs.extend(self.search.clone().map(|text| ("search", text)));
        if self.with_summary {
            pairs.push(("summary_mode", "include".into()));
        }
        if self.sort == SortDirection::OldestFirst {
            pairs.push(("sort_direction", "asc".into()));
        }
        pairs
    }
}
