//! The agents that are shown: pages by cursor, searched by name, read again after a sync.

use std::collections::HashSet;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use serde::Serialize;
use shared::agent::Agent;
use shared::connection::SyncState;
use shared::live::LiveEvent;
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::{AgentId, OrganizationId, Page};

use crate::api::{self, ApiError, Latest};
use crate::live::{Live, News};
use crate::state::SessionState;

/// Milliseconds between the last letter and the search.
const TYPING: u32 = 180;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    /// Nothing has been shown yet.
    First,
    /// Another search; the old rows are still shown.
    Loading,
    Ready,
    Failed(ApiError),
}

#[derive(Serialize)]
struct Query<'a> {
    limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
}

#[derive(Clone, Copy)]
pub(super) struct AgentList {
    pub rows: RwSignal<Vec<Agent>>,
    pub phase: RwSignal<Phase>,
    /// A part of the name, as it is typed.
    pub wanted: RwSignal<String>,
    /// Of an organization below; otherwise one's own.
    pub of: RwSignal<Option<String>>,
    /// The search that the shown rows answer.
    pub answered: RwSignal<String>,
    pub loading_more: RwSignal<bool>,
    pub more_error: RwSignal<Option<ApiError>>,
    cursor: RwSignal<Option<String>>,
    latest: Latest,
    /// Replies to an older question are left out.
    round: StoredValue<u32>,
    typing: StoredValue<Option<Timeout>, LocalStorage>,
}

impl AgentList {
    pub fn follow() -> Self {
        let list = Self {
            rows: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::First),
            wanted: RwSignal::new(String::new()),
            of: RwSignal::new(None),
            answered: RwSignal::new(String::new()),
            loading_more: RwSignal::new(false),
            more_error: RwSignal::new(None),
            cursor: RwSignal::new(None),
            latest: Latest::new(),
            round: StoredValue::new(0),
            typing: StoredValue::new_local(None),
        };
        list.load();
        Effect::new(move |before: Option<()>| {
            list.wanted.track();
            list.of.track();
            if before.is_some() {
                let search = Timeout::new(TYPING, move || list.load());
                // The search that was waiting is dropped, and with it called off.
                list.typing.set_value(Some(search));
            }
        });
        Live::here().listen(move |news| {
            if changes_agents(&news) {
                list.load();
            }
        });
        list
    }

    /// To which the shown agents belong.
    pub fn organization(self) -> Option<OrganizationId> {
        let below = self.of.get_untracked().and_then(|id| id.parse().ok());
        below.or_else(|| untrack(|| SessionState::here().session()).map(|session| session.organization.id))
    }

    pub fn has_more(self) -> bool {
        self.cursor.with(Option::is_some)
    }

    pub fn error(self) -> Option<ApiError> {
        match self.phase.get() {
            Phase::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Reads a part of one agent that is shown; tracks the list.
    pub fn with_agent<T>(self, id: AgentId, read: impl FnOnce(&Agent) -> T) -> Option<T> {
        self.rows
            .with(|rows| rows.iter().find(|agent| agent.id == id).map(read))
    }

    /// Reads from the first agent on, as many as are shown.
    pub fn load(self) {
        let round = self.next_round();
        let first = matches!(self.phase.get_untracked(), Phase::First | Phase::Failed(_));
        self.phase.set(if first { Phase::First } else { Phase::Loading });
        self.loading_more.set(false);
        let shown = self.rows.with_untracked(Vec::len);
        let limit = u32::try_from(shown)
            .unwrap_or(MAX_LIMIT)
            .clamp(DEFAULT_LIMIT, MAX_LIMIT);
        let wanted = self.wanted.get_untracked();
        leptos::task::spawn_local(async move {
            let reply = self.read(limit, None).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            match reply {
                Ok(page) => {
                    self.rows.set(page.items);
                    self.answered.set(wanted);
                    self.cursor.set(page.next_cursor);
                    self.more_error.set(None);
                    self.phase.set(Phase::Ready);
                }
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
        });
    }

    /// Reads the next page, unless one is under way.
    pub fn load_more(self) {
        let Some(cursor) = self.cursor.get_untracked() else {
            return;
        };
        if self.loading_more.get_untracked() || self.phase.get_untracked() != Phase::Ready {
            return;
        }
        let round = self.next_round();
        self.loading_more.set(true);
        self.more_error.set(None);
        leptos::task::spawn_local(async move {
            let reply = self.read(DEFAULT_LIMIT, Some(&cursor)).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            match reply {
                Ok(page) => {
                    self.rows.update(|rows| {
                        let known: HashSet<AgentId> = rows.iter().map(|agent| agent.id).collect();
                        rows.extend(page.items.into_iter().filter(|agent| !known.contains(&agent.id)));
                    });
                    self.cursor.set(page.next_cursor);
                }
                Err(error) => self.more_error.set(Some(error)),
            }
            self.loading_more.set(false);
        });
    }

    async fn read(self, limit: u32, cursor: Option<&str>) -> Result<Page<Agent>, ApiError> {
        let wanted = self.wanted.get_untracked();
        let query = Query {
            limit,
            q: Some(wanted.trim()).filter(|wanted| !wanted.is_empty()),
            organization: self.of.get_untracked(),
            cursor,
        };
        api::get_latest(&api::with_query("/api/agents", &query), self.latest).await
    }

    fn next_round(self) -> u32 {
        self.round.update_value(|round| *round = round.wrapping_add(1));
        self.round.get_value()
    }
}

/// Agents change with a sync only: when they were listed, and once more at its end.
fn changes_agents(news: &News) -> bool {
    match news {
        News::Missed => true,
        News::Event(event) => match &**event {
            LiveEvent::ConnectionsChanged => true,
            LiveEvent::SyncProgress { progress } => match progress.state {
                SyncState::Done => true,
                SyncState::Calls => progress.calls_seen == 0,
                _ => false,
            },
            _ => false,
        },
    }
}
