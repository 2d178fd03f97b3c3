//! From pages of the log to a stored file.

use super::columns::{Column, cells};
use super::job::{Order, Stop, WriteExport};
use super::record::{self, Record};
use super::{text, workbook};
use crate::app::App;
use crate::calls::cursor::Place;
use crate::calls::list;
use crate::calls::query::ListQuery;
use bytes::Bytes;
use db::schema::call_exports::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures::StreamExt;
use jobs::JobMeta;
use shared::export::ExportFormat;
use std::io;
use storage::{ContentType, StorageKey, Stored};
use tokio::sync::mpsc;

impl WriteExport {
    /// CSV and JSON are stored as they come.
    pub(super) async fn lines(
        &self,
        app: &App,
        meta: &JobMeta,
        order: &Order,
        columns: &[Column],
        key: &StorageKey,
    ) -> Result<Stored, Stop> {
        let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(2);
        let body = futures::stream::unfold(receiver, |mut receiver| async move {
            let piece = receiver.recv().await?;
            Some((piece, receiver))
        });
        let content_type = match order.format {
            ExportFormat::Csv => "text/csv; charset=utf-8",
            _ => "application/x-ndjson",
        };
        let stored = app
            .storage
            .current()
            .put(key, ContentType::new(content_type), body.boxed(), None);
        let format = order.format;
        let writing = async {
            let written = async {
                if format == ExportFormat::Csv && sender.send(Ok(text::head(columns)?)).await.is_err() {
                    return Ok(());
                }
                let mut after = None;
                while let Some(records) = self.page(app, meta, order, &mut after).await? {
                    let part = match format {
                        ExportFormat::Csv => text::csv(columns, &records)?,
                        _ => text::json(columns, &records, order.zone)?,
                    };
                    if sender.send(Ok(part)).await.is_err() {
                        break;
                    }
                }
                Ok::<(), Stop>(())
            }
            .await;
            if written.is_err() {
                // A body that breaks off is not kept.
                _ = sender.send(Err(io::Error::other("cut"))).await;
            }
            drop(sender);
            written
        };
        let (written, stored) = tokio::join!(writing, stored);
        written?;
        Ok(stored?)
    }

    /// A workbook grows on the disk first.
    pub(super) async fn workbook(
        &self,
        app: &App,
        meta: &JobMeta,
        order: &Order,
        columns: &[Column],
        key: &StorageKey,
    ) -> Result<Stored, Stop> {
        let (sender, receiver) = mpsc::channel(2);
        let heads: Vec<String> = columns.iter().map(|column| column.head.clone()).collect();
        let writer = tokio::task::spawn_blocking(move || workbook::write(&heads, receiver));
        let mut after = None;
        while let Some(records) = self.page(app, meta, order, &mut after).await? {
            let part = records.iter().map(|record| cells(columns, record)).collect();
            if sender.send(Some(part)).await.is_err() {
                break;
            }
        }
        // Whoever does not listen any more says why below.
        _ = sender.send(None).await;
        drop(sender);
        let file = match writer.await? {
            Ok(file) => file,
            Err(workbook::WorkbookError::TooManyRows) => {
                return Err(Stop::Refused(
                    "A sheet has no room for so many calls. Export fewer of them, or as CSV.".to_owned(),
                ));
            }
            Err(error) => return Err(error.into()),
        };
        let (body, len) = workbook::body(file).await?;
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        Ok(app
            .storage
            .current()
            .put(key, ContentType::new(kind), body, Some(len))
            .await?)
    }

    /// The next page after `after`, `None` at the end; notes the progress, and whether somebody cancelled.
    async fn page(
        &self,
        app: &App,
        meta: &JobMeta,
        order: &Order,
        after: &mut Option<Place>,
    ) -> Result<Option<Vec<Record>>, Stop> {
        if meta.shutdown.is_cancelled() {
            return Err(Stop::Shutdown);
        }
        let query = ListQuery {
            after: *after,
            ..order.query.clone()
        };
        let (span, words) = (order.span, order.words.clone());
        let (visibility, transcripts) = (order.visibility, order.transcripts);
        let records = app
            .db
            .tenant::<_, db::Error, _>(order.principal.scope(), async move |conn| {
                let mut found = list::find(conn, &query, span, words.as_ref()).await?;
                found.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
                Ok(record::load(conn, found, visibility, transcripts).await?)
            })
            .await?;
        let Some(last) = records.last() else {
            return Ok(None);
        };
        *after = Some(Place {
            started_at: last.call.started_at,
            id: last.call.id.0,
        });
        let (id, more) = (self.export_id.0, i64::try_from(records.len()).unwrap_or(i64::MAX));
        let changed = app
            .db
            .tenant::<_, db::Error, _>(self.organization_id, async move |conn| {
                Ok(diesel::update(dsl::call_exports.find(id))
                    .filter(dsl::state.eq("running"))
                    .set(dsl::calls_done.eq(dsl::calls_done + more))
                    .execute(conn)
                    .await?)
            })
            .await?;
        if changed == 0 {
            return Err(Stop::Unwanted);
        }
        Ok(Some(records))
    }
}
