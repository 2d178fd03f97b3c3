//! `POST /api/erasures`: orders what can not be undone.

use super::job::Erase;
use super::{find, row, sees_all};
use crate::app::App;
use crate::auth::Confirmed;
use crate::auth::body::Json;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpResponse, web};
use chrono::Utc;
use db::audit;
use db::partitions::Partitioned;
use db::schema::erasures;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::SecretString;
use serde_json::json;
use shared::erasure::{ErasurePreview, MAX_CALLS, OrderErasure, Subject};
use shared::permission::needs;
use shared::{ErasureId, ErrorCode};
use uuid::Uuid;

/// 202 with the order as it stands; a job carries it out.
pub async fn order(
    app: web::Data<App>,
    caller: Confirmed<needs::CallsDelete>,
    Json(request): Json<OrderErasure>,
) -> ApiResult<HttpResponse> {
    let typed = request.confirmation.trim().to_owned();
    let subject = request.subject.normalized();
    let subject = subject.map_err(|error| ApiError::Invalid(vec![error]))?;
    if typed != subject.confirmation() {
        return Err(ApiError::field(
            "confirmation",
            format!("Type {} to erase", subject.confirmation()),
        ));
    }
    if !matches!(subject, Subject::Call(_)) {
        sees_all(&caller)?;
    }
    let id = ErasureId(Uuid::now_v7());
    let digest = hex::encode(app.sealer.digest(subject_text(&subject).as_bytes()));
    let sealed = app
        .sealer
        .seal(&SecretString::from(subject_text(&subject)), id.0)
        .map_err(ApiError::internal)?;
    app.db.ensure_month(&[Partitioned::AuditLog], Utc::now()).await?;
    let (organization, user, ip) = (caller.organization(), caller.user(), caller.ip());
    let ordered = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            refuse(&subject, &find::preview(conn, &subject).await?)?;
            diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended('erasures ' || current_organization(), 0))")
                .execute(conn)
                .await?;
            let last: Option<i64> = erasures::table
                .select(diesel::dsl::max(erasures::number))
                .first(conn)
                .await?;
            let number = last.unwrap_or_default() + 1;
            diesel::insert_into(erasures::table)
                .values((
                    erasures::id.eq(id.0),
                    erasures::organization_id.eq(organization.0),
                    erasures::number.eq(number),
                    erasures::kind.eq(subject.kind().as_str()),
                    erasures::requested_by.eq(user.0),
                    erasures::subject_digest.eq(&digest),
                    erasures::subject_sealed.eq(sealed),
                ))
                .execute(conn)
                .await?;
            let calls = find::add(conn, id.0, &subject).await?;
            let entry = audit::Entry {
                organization,
                user: Some(user),
                action: "calls.erasure_ordered",
                subject: Some(id.to_string()),
                details: json!({ "number": number, "kind": subject.kind(), "subject_digest": digest, "calls": calls }),
                ip,
            };
            audit::record(conn, entry).await?;
            let job = Erase {
                erasure_id: id,
                organization_id: organization,
            };
            job.queue(conn).await.map_err(ApiError::internal)?;
            row::one(conn, id).await
        })
        .await?;
    Ok(HttpResponse::Accepted().json(ordered))
}

/// The subject as it is digested and sealed.
fn subject_text(subject: &Subject) -> String {
    match subject {
        Subject::Call(id) => format!("call {id}"),
        Subject::Phone(number) => format!("phone {number}"),
        Subject::Email(address) => format!("email {address}"),
    }
}

/// The other way round.
pub(super) fn read_subject(text: &str) -> Option<Subject> {
    let (kind, value) = text.split_once(' ')?;
    match kind {
        "call" => value.parse().ok().map(Subject::Call),
        "phone" => Some(Subject::Phone(value.to_owned())),
        "email" => Some(Subject::Email(value.to_owned())),
        _ => None,
    }
}

fn refuse(subject: &Subject, found: &ErasurePreview) -> ApiResult<()> {
    match (subject, found) {
        (Subject::Call(_), ErasurePreview { calls: 0, .. }) => Err(ApiError::not_found()),
        (Subject::Phone(_), ErasurePreview { calls: 0, .. }) => {
            Err(ApiError::field("phone", "No call has this number"))
        }
        (Subject::Email(_), ErasurePreview { calls: 0, .. }) => Err(ApiError::field(
            "email",
            "This address was collected or said in no call",
        )),
        (_, ErasurePreview { running: 1.., .. }) => Err(ApiError::because(
            ErrorCode::Conflict,
            "A call is still running. Wait until it has ended.",
        )),
        (_, ErasurePreview { calls, .. }) if *calls > MAX_CALLS => Err(ApiError::because(
            ErrorCode::LimitReached,
            format!("One order erases {MAX_CALLS} calls at most"),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Subject, read_subject, subject_text};

    #[test]
    fn a_sealed_subject_is_read_as_it_was() {
        for subject in [
            Subject::Call(uuid::Uuid::from_u128(7).into()),
            Subject::Phone("+49301234567".to_owned()),
            Subject::Email("anna@example.com".to_owned()),
        ] {
            assert_eq!(read_subject(&subject_text(&subject)), Some(subject));
        }
    }
}
