//! `GET /api/live/wall`: running calls of the organization and of all below it, the longest first.
//!
//! Which organizations, and what of their calls, is what the caller would see after entering each: `standing`, asked once an
//! organization in which anything runs, by the SQL function `running_below`.

use super::settings;
use crate::app::App;
use crate::auth::Caller;
use crate::calls::visibility::masked;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::agent::AgentRef;
use shared::call::{CallStatus, Direction};
use shared::live::LiveGrade;
use shared::live_wall::{LiveWall, WallCall};
use shared::permission::{Permission, needs};
use uuid::Uuid;

/// More do not fit on a wall; those that began last are left out and counted.
const AT_MOST: i32 = 2_000;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Text)]
    organization_name: String,
    #[diesel(sql_type = Integer)]
    depth: i32,
    #[diesel(sql_type = SqlUuid)]
    call_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    agent_id: Uuid,
    #[diesel(sql_type = Text)]
    agent_name: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    direction: String,
    #[diesel(sql_type = Nullable<Text>)]
    counterpart: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    started_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    live_grade: String,
    #[diesel(sql_type = Bool)]
    sees_numbers: bool,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

pub async fn show(app: web::Data<App>, caller: Caller<needs::LiveWall>) -> ApiResult<web::Json<LiveWall>> {
    // A key, or a role that is previewed, may be less than the person.
    let numbers = caller.may(Permission::CallsNumbers);
    let wall = app
        .db
        .tenant::<_, ApiError, _>(caller.scope(), async move |conn| {
            let rows: Vec<Row> = diesel::sql_query("SELECT * FROM running_below($1)")
                .bind::<Integer, _>(AT_MOST)
                .load(conn)
                .await?;
            Ok(LiveWall {
                total: rows.as_slice().first().map_or(0, |row| row.total),
                calls: rows.into_iter().map(|row| row.call(numbers)).collect(),
                long_after_seconds: settings::load(conn).await?,
                as_of: Utc::now(),
            })
        })
        .await?;
    Ok(web::Json(wall))
}

impl Row {
    fn call(self, numbers: bool) -> WallCall {
        WallCall {
            id: self.call_id.into(),
            organization_id: self.organization_id.into(),
            organization_name: self.organization_name,
            is_own: self.depth == 0,
            agent: AgentRef {
                id: self.agent_id.into(),
                name: self.agent_name,
            },
            status: CallStatus::parse(&self.status).unwrap_or(CallStatus::InProgress),
            direction: Direction::parse(&self.direction).unwrap_or(Direction::Web),
            counterpart: match numbers && self.sees_numbers {
                true => self.counterpart,
                false => self.counterpart.as_deref().map(masked),
            },
            started_at: self.started_at,
            grade: LiveGrade::parse(&self.live_grade),
        }
    }
}
