//! Calls as a file: ordered, written by a job, fetched by whoever ordered it, removed after a day.
//!
//! | file | what it does |
//! |---|---|
//! | `create`, `list`, `remove`, `file` | ordering, watching, cancelling, fetching |
//! | `job`, `writing` | reads the log page by page into a file |
//! | `record`, `columns` | what a line holds, as far as its author may see |
//! | `text`, `workbook` | CSV and JSON as they are stored; Excel by way of a temporary file |
//! | `expire` | removes files whose time is over |

mod columns;
pub mod create;
pub mod expire;
pub mod file;
pub mod job;
pub mod list;
mod record;
pub mod remove;
mod text;
mod workbook;
mod writing;

use chrono::{DateTime, Utc};
use db::schema::call_exports;
use diesel::prelude::*;
use shared::export::{Export, ExportFormat, ExportState};
use shared::{OrganizationId, Permission};
use storage::{InvalidKey, StorageKey};
use uuid::Uuid;

/// Permissions that open fields of a file.
const FIELDS: [Permission; 4] = [
    Permission::CallsNumbers,
    Permission::CallsTranscript,
    Permission::CallsAnalysis,
    Permission::CallsCost,
];

#[derive(Queryable, Selectable)]
#[diesel(table_name = call_exports, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    format: String,
    query: String,
    transcripts: bool,
    state: String,
    calls_done: i64,
    calls_total: Option<i64>,
    bytes: Option<i64>,
    error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
}

impl Row {
    fn export(self) -> Export {
        Export {
            id: self.id.into(),
            format: ExportFormat::parse(&self.format).unwrap_or_default(),
            query: self.query,
            transcripts: self.transcripts,
            state: ExportState::parse(&self.state).unwrap_or(ExportState::Failed),
            calls_done: self.calls_done,
            calls_total: self.calls_total,
            bytes: self.bytes,
            error: self.error,
            created_at: self.created_at,
            finished_at: self.finished_at,
            expires_at: self.expires_at,
        }
    }
}

fn key(organization: OrganizationId, id: Uuid, format: ExportFormat) -> Result<StorageKey, InvalidKey> {
    StorageKey::new(format!("exports/{organization}/{id}.{}", format.ending()))
}
