//! What is to be done about a call.

use super::rules;
use crate::calls::turns;
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::{call_summaries, calls};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::call::{CallStatus, Turn};
use shared::summary::{SummaryRules, SummaryState};
use shared::{CallId, OrganizationId};

/// Why nothing is made, as the call shows it.
pub const NOTHING_SAID: &str = "Nothing was said in this call.";
pub const SWITCHED_OFF: &str = "Sending transcripts to Mistral is switched off for this organization.";
pub const ONLY_ON_ORDER: &str = "Calls of this organization are summarized on request only.";

/// The row and what it is about.
pub struct Work {
    pub started_at: DateTime<Utc>,
    pub language: Option<String>,
    pub turns: Vec<Turn>,
    pub rules: SummaryRules,
    pub generation: i32,
    pub attempts: i32,
    may_send: bool,
    is_final: bool,
    state: SummaryState,
    digest: Option<Vec<u8>>,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is settled for this transcript.
    Nothing,
    NotWanted(&'static str),
    Make,
}

type Columns = (
    DateTime<Utc>,
    String,
    Option<String>,
    String,
    i32,
    i32,
    Option<Vec<u8>>,
);

impl Work {
    /// `None`: the call is gone, or nobody asks about it.
    ///
    /// # Errors
    /// The database's own.
    pub async fn load(
        conn: &mut Conn,
        organization: OrganizationId,
        call: CallId,
    ) -> Result<Option<Self>, diesel::result::Error> {
        let found: Option<Columns> = calls::table
            .inner_join(
                call_summaries::table.on(call_summaries::organization_id
                    .eq(calls::organization_id)
                    .and(call_summaries::started_at.eq(calls::started_at))
                    .and(call_summaries::call_id.eq(calls::id))),
            )
            .filter(calls::id.eq(call.0))
            .select((
                calls::started_at,
                calls::status,
                calls::language,
                call_summaries::state,
                call_summaries::generation,
                call_summaries::attempts,
                call_summaries::digest,
            ))
            .first(conn)
            .await
            .optional()?;
        let Some((started_at, status, language, state, generation, attempts, digest)) = found else {
            return Ok(None);
        };
        Ok(Some(Self {
            turns: turns::of_call(conn, call.0, started_at).await?,
            rules: rules::in_effect(conn, false).await?,
            may_send: rules::may_send(conn, organization).await?,
            is_final: CallStatus::parse(&status).is_some_and(CallStatus::is_final),
            state: SummaryState::parse(&state).unwrap_or(SummaryState::Failed),
            started_at,
            language,
            generation,
            attempts,
            digest,
        }))
    }

    /// What to do about a transcript with this digest, in which somebody spoke so often.
    pub fn decide(&self, digest: &[u8], spoken: usize) -> Decision {
        let is_known = self.digest.as_deref() == Some(digest);
        match self.state {
            SummaryState::Pending | SummaryState::Provider => {}
            SummaryState::Done | SummaryState::Failed | SummaryState::NotWanted if is_known => {
                return Decision::Nothing;
            }
            // The transcript has changed since.
            SummaryState::Done | SummaryState::Failed | SummaryState::NotWanted => {}
        }
        if !self.is_final {
            return Decision::Nothing;
        }
        if spoken == 0 {
            return Decision::NotWanted(NOTHING_SAID);
        }
        if !self.may_send {
            return Decision::NotWanted(SWITCHED_OFF);
        }
        if !self.rules.automatic && self.generation == 0 {
            return Decision::NotWanted(ONLY_ON_ORDER);
        }
        Decision::Make
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(state: SummaryState, digest: Option<&[u8]>) -> Work {
        Work {
            started_at: Utc::now(),
            language: None,
            turns: Vec::new(),
            rules: SummaryRules {
                automatic: true,
                prompt: None,
                language: "call".into(),
            },
            generation: 0,
            attempts: 0,
            may_send: true,
            is_final: true,
            state,
            digest: digest.map(<[u8]>::to_vec),
        }
    }

    #[test]
    fn what_is_settled_stays_so_until_the_transcript_changes() {
        for state in [SummaryState::Done, SummaryState::Failed, SummaryState::NotWanted] {
            assert_eq!(work(state, Some(b"a")).decide(b"a", 2), Decision::Nothing);
            assert_eq!(work(state, Some(b"a")).decide(b"b", 2), Decision::Make);
        }
        assert_eq!(
            work(SummaryState::Pending, Some(b"a")).decide(b"a", 2),
            Decision::Make
        );
    }

    #[test]
    fn nothing_is_sent_that_nobody_wants_or_may_send() {
        let pending = || work(SummaryState::Pending, None);
        assert_eq!(pending().decide(b"a", 0), Decision::NotWanted(NOTHING_SAID));
        let mut off = pending();
        off.may_send = false;
        assert_eq!(off.decide(b"a", 1), Decision::NotWanted(SWITCHED_OFF));
        let mut on_order = pending();
        on_order.rules.automatic = false;
        assert_eq!(on_order.decide(b"a", 1), Decision::NotWanted(ONLY_ON_ORDER));
        on_order.generation = 1;
        assert_eq!(on_order.decide(b"a", 1), Decision::Make);
    }
}
