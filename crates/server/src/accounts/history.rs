//! The history of sign-ins: what came of each, when, from where.

use crate::app::App;
use crate::auth::{Client, device};
use crate::error::{ApiError, ApiResult};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use db::diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use db::diesel::{self, ExpressionMethods, QueryableByName};
use db::diesel_async::RunQueryDsl;
use db::schema::sign_ins;
use db::{Conn, Scope};
use serde::Deserialize;
use shared::account::{SignIn, SignInOutcome};
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use shared::{Page, UserId};
use uuid::Uuid;

/// Adds an entry, in a transaction of the user's own scope.
///
/// # Errors
/// The database's.
pub async fn record(
    conn: &mut Conn,
    user: UserId,
    outcome: SignInOutcome,
    client: &Client,
) -> Result<(), diesel::result::Error> {
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::id.eq(Uuid::now_v7()),
            sign_ins::user_id.eq(user.0),
            sign_ins::outcome.eq(outcome.as_str()),
            sign_ins::ip.eq(client.address()),
            sign_ins::user_agent.eq(client.user_agent.clone()),
        ))
        .execute(conn)
        .await
        .map(drop)
}

/// The same for a refused one, after the answer: it takes no longer for an address that has an account.
pub fn note_refused(app: &App, user: Option<UserId>, outcome: SignInOutcome, client: &Client) {
    let Some(user) = user else { return };
    let (app, client) = (app.clone(), client.clone());
    tokio::spawn(async move {
        let noted = app
            .db
            .tenant(Scope::user(user), async move |conn| {
                record(conn, user, outcome, &client).await.map_err(ApiError::from)
            })
            .await;
        if let Err(error) = noted {
            tracing::warn!(user.id = %user, error = %error, "a refused sign-in could not be written down");
        }
    });
}

/// Query of every list of sign-ins.
#[derive(Deserialize)]
pub struct ListQuery {
    limit: Option<u32>,
    cursor: Option<String>,
}

/// A place in the list.
pub struct Wanted {
    limit: u32,
    after: Option<(DateTime<Utc>, Uuid)>,
}

impl ListQuery {
    /// # Errors
    /// `invalid`, naming the field.
    pub fn read(&self) -> ApiResult<Wanted> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(ApiError::field(
                "limit",
                format!("Ask for 1 to {MAX_LIMIT} sign-ins"),
            ));
        }
        let after = match self.cursor.as_deref() {
            None => None,
            Some(cursor) => Some(decode(cursor).ok_or_else(|| {
                ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was")
            })?),
        };
        Ok(Wanted { limit, after })
    }
}

fn decode(cursor: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (micros, id) = text.split_once('.')?;
    Some((
        DateTime::from_timestamp_micros(micros.parse().ok()?)?,
        id.parse().ok()?,
    ))
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = Nullable<Text>)]
    ip: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    user_agent: Option<String>,
}

const OWN: &str = "
SELECT s.id, s.user_id, u.name, u.email, s.at, s.outcome, s.ip, s.user_agent
FROM sign_ins s JOIN users u ON u.id = s.user_id
WHERE s.user_id = $1 AND ($2::timestamptz IS NULL OR (s.at, s.id) < ($2, $3))
ORDER BY s.at DESC, s.id DESC LIMIT $4";
const OF_MEMBERS: &str = "SELECT * FROM member_sign_ins($1, $2, $3, $4)";

/// One's own, in a transaction of one's own scope.
///
/// # Errors
/// The database's.
pub async fn own(conn: &mut Conn, user: UserId, wanted: Wanted) -> ApiResult<Page<SignIn>> {
    page(conn, OWN, Some(user), wanted).await
}

/// Those of the transaction's organization's members, or of one of them.
///
/// # Errors
/// The database's.
pub async fn of_members(conn: &mut Conn, only: Option<UserId>, wanted: Wanted) -> ApiResult<Page<SignIn>> {
    page(conn, OF_MEMBERS, only, wanted).await
}

async fn page(
    conn: &mut Conn,
    sql: &'static str,
    user: Option<UserId>,
    wanted: Wanted,
) -> ApiResult<Page<SignIn>> {
    let limit = usize::try_from(wanted.limit).map_err(ApiError::internal)?;
    let (at, id) = wanted.after.unzip();
    let mut rows: Vec<Row> = diesel::sql_query(sql)
        .bind::<Nullable<SqlUuid>, _>(user.map(|user| user.0))
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<diesel::sql_types::Integer, _>(i32::try_from(limit + 1).map_err(ApiError::internal)?)
        .load(conn)
        .await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|last| URL_SAFE_NO_PAD.encode(format!("{}.{}", last.at.timestamp_micros(), last.id)));
    let items = rows.into_iter().map(|row| SignIn {
        user: row.user_id.into(),
        name: row.name,
        email: row.email,
        at: row.at,
        outcome: SignInOutcome::parse(&row.outcome),
        ip: row.ip,
        device: device::words(row.user_agent.as_deref()),
    });
    Ok(Page {
        items: items.collect(),
        next_cursor,
    })
}
