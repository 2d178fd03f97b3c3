//! Calls: the log, one call, its recording.
//!
//! | file | what it does |
//! |---|---|
//! | `list`, `query`, `cursor`, `search`, `limited` | the log: filters, keyset paging, text |
//! | `index` | makes calls found |
//! | `matches`, `pieces`, `choices` | what a search found within calls; what can be filtered by |
//! | `views` | saved sets of filters |
//! | `detail`, `turns` | one call with its transcript |
//! | `recording` | its sound: sending, fetching, keeping |
//! | `rows`, `beside`, `visibility` | rows as their reader may see them, and what stands beside them |
//! | `work` | what people make of calls: tags, notes, who looks after one |
//! | `erase` | removes calls with everything that hangs on them |
//! | `store` | the only place that writes calls and turns |
//! | `recording_job`, `waveform` | fetches the sound in the background, measures and draws it |

use db::schema::{calls, recordings};
use diesel::prelude::*;

pub mod beside;
pub mod choices;
pub mod cursor;
pub mod detail;
pub mod erase;
pub mod index;
pub mod limited;
pub mod list;
pub mod matches;
mod pieces;
pub mod query;
pub mod recording;
pub mod recording_job;
pub mod rows;
pub mod search;
pub mod store;
pub mod turns;
pub mod views;
pub mod visibility;
pub mod waveform;
pub mod work;

/// Joins a call with the row of its kept sound, by the whole key, so that one month is looked at.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn kept_sound() -> _ {
    recordings::organization_id
        .eq(calls::organization_id)
        .and(recordings::started_at.eq(calls::started_at))
        .and(recordings::call_id.eq(calls::id))
}
