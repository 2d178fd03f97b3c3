//! Writing a file: the log is read page by page, so that no more than a page is ever in memory.

use super::columns::columns;
use super::key;
use crate::app::App;
use crate::auth::Principal;
use crate::calls::list::{self, Span};
use crate::calls::query::ListQuery;
use crate::calls::search::{self, Words};
use crate::calls::visibility::Visibility;
use chrono::{Duration as Days, Utc};
use chrono_tz::Tz;
use db::schema::call_exports::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::{BackgroundJob, Enqueue, EnqueueError, JobError, JobMeta};
use serde::{Deserialize, Serialize};
use shared::export::{ExportFormat, KEPT_HOURS};
use shared::{ExportId, OrganizationId, Permission, PermissionSet, UserId};
use std::sync::Arc;
use std::time::Duration;
use storage::Stored;

/// Queue of its own: a large file keeps nobody else waiting.
pub const QUEUE: &str = "exports";
/// Calls in memory at a time, without what was said, and with it.
const PAGE: i64 = 500;
const PAGE_WITH_WORDS: i64 = 50;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WriteExport {
    pub export_id: ExportId,
    pub organization_id: OrganizationId,
}

impl WriteExport {
    /// Queues it in the transaction that orders it.
    ///
    /// # Errors
    /// [`EnqueueError`].
    pub async fn queue(&self, conn: &mut db::Conn) -> Result<(), EnqueueError> {
        let options = Enqueue {
            unique_key: Some(self.export_id.to_string()),
            organization_id: Some(self.organization_id.0),
            ..Enqueue::default()
        };
        jobs::enqueue(conn, self, options).await.map(drop)
    }
}

/// Why the writing stopped.
pub(super) enum Stop {
    /// Cancelled, or removed.
    Unwanted,
    /// The worker is asked to stop.
    Shutdown,
    /// Told to the author as it stands.
    Refused(String),
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl BackgroundJob for WriteExport {
    const NAME: &'static str = "write_export";
    const QUEUE: &'static str = QUEUE;
    const MAX_ATTEMPTS: i32 = 5;
    /// A million calls take minutes; this is for a storage that stands still.
    const TIMEOUT: Duration = Duration::from_secs(4 * 3600);
    type Context = App;

    async fn run(&self, app: App, meta: JobMeta) -> Result<(), JobError> {
        match self.write(&app, &meta).await {
            Ok(()) | Err(Stop::Unwanted) => Ok(()),
            Err(Stop::Shutdown) => Err(JobError::Snooze(Duration::ZERO)),
            Err(Stop::Refused(reason)) => Ok(self.fail(&app, reason).await?),
            Err(Stop::Failed(error)) => {
                if meta.is_last_attempt() {
                    self.fail(&app, "The file could not be written. Try again later.".to_owned())
                        .await?;
                }
                Err(error.into())
            }
        }
    }
}

/// What is to be written, and for whom.
pub(super) struct Order {
    pub format: ExportFormat,
    pub query: ListQuery,
    pub span: Span,
    pub words: Option<Words>,
    pub visibility: Visibility,
    pub transcripts: bool,
    pub zone: Tz,
    pub principal: Arc<Principal>,
}

impl WriteExport {
    async fn write(&self, app: &App, meta: &JobMeta) -> Result<(), Stop> {
        let order = self.order(app).await?;
        let key = key(self.organization_id, self.export_id.0, order.format)?;
        self.begin(app, &order, key.as_str()).await?;
        let all = columns(order.visibility, order.transcripts, order.zone);
        let info = match order.format {
            ExportFormat::Xlsx => self.workbook(app, meta, &order, &all, &key).await?,
            _ => self.lines(app, meta, &order, &all, &key).await?,
        };
        self.finish(app, &info).await
    }

    /// Reads the order; fields and agents are those that its author may see now, and could when he ordered it.
    async fn order(&self, app: &App) -> Result<Order, Stop> {
        let id = self.export_id.0;
        let row = app
            .db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                Ok(dsl::call_exports
                    .find(id)
                    .filter(dsl::state.eq_any(["queued", "running"]))
                    .select((
                        dsl::user_id,
                        dsl::format,
                        dsl::query,
                        dsl::transcripts,
                        dsl::fields,
                    ))
                    .first::<(uuid::Uuid, String, String, bool, Vec<String>)>(conn)
                    .await
                    .optional()?)
            })
            .await?;
        let Some((user, format, query, transcripts, fields)) = row else {
            return Err(Stop::Unwanted);
        };
        let principal = app
            .principals
            .get(&app.db, UserId(user), self.organization_id)
            .await
            .map_err(|error| anyhow::anyhow!("{error}"))?
            .filter(|principal| principal.permissions.contains(Permission::CallsExport))
            .ok_or_else(|| {
                Stop::Refused("You may no longer export calls of this organization.".to_owned())
            })?;
        let ordered: PermissionSet = fields
            .iter()
            .filter_map(|code| Permission::from_code(code))
            .collect();
        let visibility = Visibility::of_permissions(&ordered.intersection(&principal.permissions));
        let mut query = ListQuery::parse(&query).map_err(|_refused| {
            Stop::Refused("A filter is not understood any more. Export the calls again.".to_owned())
        })?;
        let may = ordered.intersection(&principal.permissions);
        list::allowed(&query.filter, |permission| may.contains(permission)).map_err(|_refused| {
            Stop::Refused("You may no longer filter by what this export is filtered by.".to_owned())
        })?;
        query.after = None;
        query.limit = if transcripts { PAGE_WITH_WORDS } else { PAGE };
        let words =
            match query.filter.q.as_deref() {
                None => None,
                Some(text) => Some(search::words(text, visibility).map_err(|_refused| {
                    Stop::Refused("You may no longer search for these words.".to_owned())
                })?),
            };
        let zone = principal.organization.timezone.parse().unwrap_or(chrono_tz::UTC);
        Ok(Order {
            format: ExportFormat::parse(&format).unwrap_or_default(),
            span: Span::of(&query, zone),
            query,
            words,
            visibility,
            transcripts,
            zone,
            principal,
        })
    }

    /// Says that it is being written, of how many, and where the file will be.
    async fn begin(&self, app: &App, order: &Order, key: &str) -> Result<(), Stop> {
        let (id, key) = (self.export_id.0, key.to_owned());
        let (query, span) = (order.query.clone(), order.span);
        let total = app
            .db
            .tenant::<_, db::Error, _>(order.principal.scope(), async move |conn| {
                Ok(list::count(conn, &query, span).await?)
            })
            .await?;
        let changed = app
            .db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                Ok(diesel::update(dsl::call_exports.find(id))
                    .filter(dsl::state.eq_any(["queued", "running"]))
                    .set((
                        dsl::state.eq("running"),
                        dsl::calls_done.eq(0),
                        dsl::calls_total.eq(total),
                        dsl::storage_key.eq(key),
                    ))
                    .execute(conn)
                    .await?)
            })
            .await?;
        if changed == 0 { Err(Stop::Unwanted) } else { Ok(()) }
    }

    async fn finish(&self, app: &App, info: &Stored) -> Result<(), Stop> {
        let (id, bytes) = (self.export_id.0, i64::try_from(info.len).unwrap_or(i64::MAX));
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                let now = Utc::now();
                // One that was cancelled with its last page is removed with the next minute.
                diesel::update(dsl::call_exports.find(id))
                    .filter(dsl::state.eq("running"))
                    .set((
                        dsl::state.eq("done"),
                        dsl::calls_total.eq(dsl::calls_done.nullable()),
                        dsl::bytes.eq(bytes),
                        dsl::finished_at.eq(now),
                        dsl::expires_at.eq(now + Days::hours(KEPT_HOURS)),
                    ))
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await?;
        Ok(())
    }

    async fn fail(&self, app: &App, reason: String) -> Result<(), db::Error> {
        let id = self.export_id.0;
        app.db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                diesel::update(dsl::call_exports.find(id))
                    .filter(dsl::state.eq_any(["queued", "running"]))
                    .set((
                        dsl::state.eq("failed"),
                        dsl::error.eq(reason),
                        dsl::finished_at.eq(Utc::now()),
                    ))
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await
    }
}
