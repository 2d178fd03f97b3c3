//! Calls as a file.

use crate::id::ExportId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Exports of one organization that are written or wait at a time.
pub const MAX_RUNNING: i64 = 3;
/// Hours for which a file can be fetched.
pub const KEPT_HOURS: i64 = 24;

/// What kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// With a head, separated by commas, UTF-8. What a spreadsheet would take for a formula begins with an apostrophe.
    #[default]
    Csv,
    /// One object a line.
    Json,
    /// A workbook with one sheet.
    Xlsx,
}

impl ExportFormat {
    pub const ALL: &'static [Self] = &[Self::Csv, Self::Json, Self::Xlsx];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON, one call a line",
            Self::Xlsx => "Excel",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == text)
    }

    /// Ending of the file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "jsonl",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Where an export stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
    /// Its time is over, or calls of it were erased: the file is gone.
    Expired,
}

impl ExportState {
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "done" => Self::Done,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            "expired" => Self::Expired,
            _ => return None,
        })
    }

    pub fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// `POST /api/exports`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateExport {
    pub format: ExportFormat,
    /// The query of the log, as its address has it: `status=done&from=2026-11-01`.
    #[serde(default)]
    pub query: String,
    /// With what was said; needs `calls.transcript`.
    #[serde(default)]
    pub transcripts: bool,
}

/// One of `GET /api/exports`: one's own, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    pub id: ExportId,
    pub format: ExportFormat,
    pub query: String,
    pub transcripts: bool,
    pub state: ExportState,
    pub calls_done: i64,
    /// `None`: not counted.
    pub calls_total: Option<i64>,
    pub bytes: Option<i64>,
    pub error: Option<String>,
    #[serde(deserialize_with = "crate::moment::read")]
    pub created_at: DateTime<Utc>,
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub finished_at: Option<DateTime<Utc>>,
    /// Until then the file is at `/api/exports/{id}/file`, for its author.
    #[serde(default, deserialize_with = "crate::moment::read_optional")]
    pub expires_at: Option<DateTime<Utc>>,
}
