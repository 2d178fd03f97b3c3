//! `/api/calls/{id}/notes`: notes on a call. They tell what was said, so who reads them may read transcripts; each author changes his own.

use super::{locate, tell};
use crate::app::App;
use crate::auth::Caller;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use db::Conn;
use db::schema::{call_notes, users};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::permission::needs;
use shared::work::{Assignee, Note, WriteNote};
use shared::{CallId, ErrorCode, NoteId, UserId};
use uuid::Uuid;

/// Notes of one call that are shown; the rest is cut off at the old end.
const MOST: i64 = 500;

type Row = (
    Uuid,
    String,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<(Uuid, String)>,
);

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::CallsTranscript>,
    id: web::Path<CallId>,
) -> ApiResult<web::Json<Vec<Note>>> {
    let id = *id;
    let notes = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let place = locate(conn, id).await?;
            load(conn, place).await
        })
        .await?;
    Ok(web::Json(notes))
}

pub async fn create(
    app: web::Data<App>,
    caller: Caller<needs::CallsAnnotate>,
    id: web::Path<CallId>,
    Json(request): Json<WriteNote>,
) -> ApiResult<HttpResponse> {
    let request = checked(&request)?;
    let (id, organization, user) = (*id, caller.organization(), caller.user());
    let author = caller.principal().user.name.clone();
    let note = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let (call, started_at) = locate(conn, id).await?;
            let note = Note {
                id: NoteId(Uuid::now_v7()),
                author: Some(Assignee {
                    id: user,
                    name: author,
                }),
                text: request.text,
                created_at: Utc::now(),
                edited_at: None,
            };
            diesel::insert_into(call_notes::table)
                .values((
                    call_notes::id.eq(note.id.0),
                    call_notes::organization_id.eq(organization.0),
                    call_notes::started_at.eq(started_at),
                    call_notes::call_id.eq(call),
                    call_notes::author_id.eq(user.0),
                    call_notes::text.eq(&note.text),
                    call_notes::created_at.eq(note.created_at),
                ))
                .execute(conn)
                .await?;
            tell(conn, &[call]).await?;
            Ok(note)
        })
        .await?;
    Ok(HttpResponse::Created().json(note))
}

pub async fn edit(
    app: web::Data<App>,
    caller: Caller<needs::CallsAnnotate>,
    path: web::Path<(CallId, NoteId)>,
    Json(request): Json<WriteNote>,
) -> ApiResult<HttpResponse> {
    let request = checked(&request)?;
    let ((call, note), user) = (*path, caller.user());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            own(conn, call, note, user).await?;
            diesel::update(call_notes::table.find(note.0))
                .set((
                    call_notes::text.eq(request.text),
                    call_notes::edited_at.eq(diesel::dsl::now),
                ))
                .execute(conn)
                .await?;
            tell(conn, &[call.0]).await?;
            Ok(())
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

pub async fn remove(
    app: web::Data<App>,
    caller: Caller<needs::CallsAnnotate>,
    path: web::Path<(CallId, NoteId)>,
) -> ApiResult<HttpResponse> {
    let ((call, note), user) = (*path, caller.user());
    app.db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            own(conn, call, note, user).await?;
            diesel::delete(call_notes::table.find(note.0))
                .execute(conn)
                .await?;
            tell(conn, &[call.0]).await?;
            Ok(())
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What is left of a text without zero bytes, which are no text for the database.
fn checked(request: &WriteNote) -> ApiResult<WriteNote> {
    let request = WriteNote {
        text: request.text.replace('\0', "").trim().to_owned(),
    };
    request
        .validate()
        .map_err(|error| ApiError::Invalid(vec![error]))?;
    Ok(request)
}

/// That it is a note on that call, and his.
async fn own(conn: &mut Conn, call: CallId, note: NoteId, user: UserId) -> ApiResult<()> {
    let (call, started_at) = locate(conn, call).await?;
    let author: Option<Uuid> = call_notes::table
        .find(note.0)
        .filter(call_notes::call_id.eq(call))
        .filter(call_notes::started_at.eq(started_at))
        .select(call_notes::author_id)
        .first(conn)
        .await
        .optional()?
        .ok_or_else(ApiError::not_found)?;
    if author == Some(user.0) {
        return Ok(());
    }
    Err(ApiError::because(
        ErrorCode::PermissionDenied,
        "Only its author changes or removes a note",
    ))
}

/// Notes of a call, oldest first.
///
/// # Errors
/// The database's own.
async fn load(conn: &mut Conn, (call, started_at): super::Place) -> ApiResult<Vec<Note>> {
    let mut rows: Vec<Row> = call_notes::table
        .left_join(users::table.on(call_notes::author_id.eq(users::id.nullable())))
        .filter(call_notes::started_at.eq(started_at))
        .filter(call_notes::call_id.eq(call))
        .order((call_notes::created_at.desc(), call_notes::id.desc()))
        .limit(MOST)
        .select((
            call_notes::id,
            call_notes::text,
            call_notes::created_at,
            call_notes::edited_at,
            (users::id, users::name).nullable(),
        ))
        .load(conn)
        .await?;
    rows.reverse();
    let notes = rows
        .into_iter()
        .map(|(id, text, created_at, edited_at, author)| Note {
            id: id.into(),
            author: author.map(|(id, name)| Assignee { id: id.into(), name }),
            text,
            created_at,
            edited_at,
        });
    Ok(notes.collect())
}
