//! `GET /api/dashboard`: everything the first page shows, in one reply.

use crate::call::CallSummary;
use crate::live::LiveCall;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    /// When the figures were read.
    #[serde(deserialize_with = "crate::moment::read")]
    pub as_of: DateTime<Utc>,
    /// IANA zone in which days and hours are cut.
    pub timezone: String,
    /// Today so far.
    pub today: Figures,
    /// Yesterday from midnight to the same time of day.
    pub yesterday_until_now: Figures,
    /// The last 30 days, oldest first, without gaps; the last is today.
    pub days: Vec<DayFigures>,
    /// Today by hour, 0–23, as far as it has come.
    pub hours: Vec<HourFigures>,
    pub running_count: i64,
    /// Newest first, at most 5; only with `live.view`.
    pub running: Vec<LiveCall>,
    /// Newest first, at most 8; only with `calls.list`.
    pub latest: Vec<CallSummary>,
    pub attention: Vec<Attention>,
    /// A workspace is connected; if not, the page shows how to begin.
    pub connected: bool,
}

/// Sums over the calls that started within a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub calls: i64,
    /// Seconds of talk.
    pub seconds: i64,
    pub successful: i64,
    pub unsuccessful: i64,
    /// Millionths of a US dollar at the provider; only with `calls.cost`.
    pub cost_usd_micros: Option<i64>,
}

impl Figures {
    /// Successful of the judged, 0–1; `None` when none was judged.
    pub fn success_rate(&self) -> Option<f64> {
        let judged = self.successful + self.unsuccessful;
        (judged > 0).then(|| self.successful as f64 / judged as f64)
    }
}

/// Written and read flat, as one object; read by [`Flat`], since what serde derives for that keeps every value twice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Flat")]
pub struct DayFigures {
    pub date: NaiveDate,
    #[serde(flatten)]
    pub figures: Figures,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Flat")]
pub struct HourFigures {
    /// 0–23 on the wall clock of the zone.
    pub hour: u8,
    #[serde(flatten)]
    pub figures: Figures,
}

/// A day's or an hour's figures as they are written. Of the two keys each has its own.
#[derive(Deserialize)]
struct Flat {
    #[serde(default, deserialize_with = "crate::moment::read_day")]
    date: NaiveDate,
    #[serde(default)]
    hour: u8,
    calls: i64,
    seconds: i64,
    successful: i64,
    unsuccessful: i64,
    cost_usd_micros: Option<i64>,
}

impl Flat {
    fn figures(&self) -> Figures {
        Figures {
            calls: self.calls,
            seconds: self.seconds,
            successful: self.successful,
            unsuccessful: self.unsuccessful,
            cost_usd_micros: self.cost_usd_micros,
        }
    }
}

impl From<Flat> for DayFigures {
    fn from(flat: Flat) -> Self {
        Self {
            date: flat.date,
            figures: flat.figures(),
        }
    }
}

impl From<Flat> for HourFigures {
    fn from(flat: Flat) -> Self {
        Self {
            hour: flat.hour,
            figures: flat.figures(),
        }
    }
}

/// Something that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    pub kind: AttentionKind,
    pub message: String,
    /// Page of the SPA that deals with it.
    pub link: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttentionKind {
    ConnectionTrouble,
    SyncFailed,
    WebhookMissing,
    DomainBroken,
    FailedCalls,
    /// Four fifths of the month's minutes are used.
    MinutesNearlyUsed,
    /// All of them: no new calls.
    MinutesUsed,
    /// More calls run than the limit allows.
    TooManyCalls,
    /// A limit could not be written to the provider.
    LimitNotApplied,
}
