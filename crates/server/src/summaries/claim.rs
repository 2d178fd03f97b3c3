//! The claim that comes before sending. See the module for what it promises.

use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::summary_requests::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::{CallId, OrganizationId};

/// Answers that may get lost before it is given up.
const MOST_LOST: i32 = 2;

/// What is asked: a transcript, with instructions, for the so-manieth time that a person wanted it.
#[derive(Clone, Debug)]
pub struct Key {
    pub organization: OrganizationId,
    pub call: CallId,
    pub started_at: DateTime<Utc>,
    pub digest: Vec<u8>,
    pub prompt_version: String,
    pub generation: i32,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Claim {
    /// Ours: it may be sent.
    Send,
    /// It was answered before.
    Answered,
    /// It was answered before, but never in the right shape.
    Unusable,
    /// Its answer got lost too often.
    Lost,
}

type Id = (uuid::Uuid, DateTime<Utc>, uuid::Uuid, Vec<u8>, String, i32);

impl Key {
    fn id(&self) -> Id {
        (
            self.organization.0,
            self.started_at,
            self.call.0,
            self.digest.clone(),
            self.prompt_version.clone(),
            self.generation,
        )
    }

    /// Claims it within the transaction, which must be committed before anything is sent.
    ///
    /// # Errors
    /// The database's own.
    pub async fn claim(&self, conn: &mut Conn) -> Result<Claim, diesel::result::Error> {
        let made = diesel::insert_into(dsl::summary_requests)
            .values((
                dsl::organization_id.eq(self.organization.0),
                dsl::started_at.eq(self.started_at),
                dsl::call_id.eq(self.call.0),
                dsl::digest.eq(&self.digest),
                dsl::prompt_version.eq(&self.prompt_version),
                dsl::generation.eq(self.generation),
                dsl::state.eq("sent"),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
        if made == 1 {
            return Ok(Claim::Send);
        }
        let (state, lost): (String, i32) = dsl::summary_requests
            .find(self.id())
            .select((dsl::state, dsl::lost))
            .for_update()
            .first(conn)
            .await?;
        let lost = match state.as_str() {
            "answered" => return Ok(Claim::Answered),
            "unusable" => return Ok(Claim::Unusable),
            // Nothing was made of it.
            "refused" => lost,
            // Whoever sent it is gone without an answer: jobs of one call never run at once.
            _ => lost + 1,
        };
        if lost >= MOST_LOST {
            self.set(conn, "unusable", lost).await?;
            return Ok(Claim::Lost);
        }
        diesel::update(dsl::summary_requests.find(self.id()))
            .set((
                dsl::state.eq("sent"),
                dsl::sends.eq(dsl::sends + 1),
                dsl::lost.eq(lost),
                dsl::claimed_at.eq(diesel::dsl::now),
            ))
            .execute(conn)
            .await?;
        Ok(Claim::Send)
    }

    async fn set(&self, conn: &mut Conn, state: &str, lost: i32) -> Result<(), diesel::result::Error> {
        diesel::update(dsl::summary_requests.find(self.id()))
            .set((dsl::state.eq(state), dsl::lost.eq(lost)))
            .execute(conn)
            .await
            .map(drop)
    }
}
