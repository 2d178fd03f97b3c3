//! Sums over the calls that started within a period, cut by the organization's wall clock. They are read from kept sums
//! (migration `sum_calls`); single calls are looked at for the last minutes of a period only.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use db::Kept;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::dashboard::{DayFigures, Figures, HourFigures};
use std::collections::HashMap;

/// The sums; every query of this file selects them with these words, so that no two figures can disagree.
macro_rules! sums {
    () => {
        "coalesce(sum(calls), 0)::bigint AS calls, coalesce(sum(seconds), 0)::bigint AS seconds, \
         coalesce(sum(successful), 0)::bigint AS successful, coalesce(sum(unsuccessful), 0)::bigint AS unsuccessful, \
         coalesce(sum(cost_usd_micros), 0)::bigint AS cost"
    };
}

#[derive(QueryableByName)]
struct Sums {
    #[diesel(sql_type = BigInt)]
    calls: i64,
    #[diesel(sql_type = BigInt)]
    seconds: i64,
    #[diesel(sql_type = BigInt)]
    successful: i64,
    #[diesel(sql_type = BigInt)]
    unsuccessful: i64,
    #[diesel(sql_type = BigInt)]
    cost: i64,
}

impl Sums {
    fn figures(&self, cost: bool) -> Figures {
        Figures {
            calls: self.calls,
            seconds: self.seconds,
            successful: self.successful,
            unsuccessful: self.unsuccessful,
            cost_usd_micros: cost.then_some(self.cost),
        }
    }
}

#[derive(QueryableByName)]
struct DaySums {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(embed)]
    sums: Sums,
}

#[derive(QueryableByName)]
struct HourSums {
    #[diesel(sql_type = Integer)]
    hour: i32,
    #[diesel(embed)]
    sums: Sums,
}

/// Half-open period.
pub type Period = (DateTime<Utc>, DateTime<Utc>);

/// Sums of one period, which begins with an hour of some zone.
///
/// # Errors
/// The database's.
pub async fn total(conn: &mut AsyncPgConnection, (from, to): Period, cost: bool) -> QueryResult<Figures> {
    let query = diesel::sql_query(concat!(
        "SELECT ",
        sums!(),
        " FROM (SELECT calls, seconds, successful, unsuccessful, cost_usd_micros FROM call_figures
                WHERE bucket >= $1 AND bucket < call_bucket($2)
                UNION ALL
                SELECT 1, duration_seconds, (outcome = 'success')::int, (outcome = 'failure')::int, cost_usd_micros FROM calls
                WHERE started_at >= greatest($1, call_bucket($2)) AND started_at < $2) x"
    ))
    .bind::<Timestamptz, _>(from)
    .bind::<Timestamptz, _>(to);
    let sums: Sums = Kept(query).get_result(conn).await?;
    Ok(sums.figures(cost))
}

/// Days from `first` to `last`, both included, without gaps. Who sees `all` agents reads sums by day; who sees some, those of
/// his agents.
///
/// # Errors
/// The database's.
pub async fn by_day(
    conn: &mut AsyncPgConnection,
    zone: Tz,
    (first, last): (NaiveDate, NaiveDate),
    all: bool,
    cost: bool,
) -> QueryResult<Vec<DayFigures>> {
    let sql = match all {
        true => concat!(
            "SELECT day, ",
            sums!(),
            " FROM (SELECT day, calls, seconds, successful, unsuccessful, cost_usd_micros FROM organization_days
                    WHERE organization_id = current_organization() AND day BETWEEN $4 AND $5
                    UNION ALL
                    SELECT (bucket AT TIME ZONE $3)::date, calls, seconds, successful, unsuccessful, cost_usd_micros
                    FROM call_sum_changes WHERE bucket >= $1 AND bucket < $2) x GROUP BY 1"
        ),
        false => concat!(
            "SELECT (bucket AT TIME ZONE $3)::date AS day, ",
            sums!(),
            " FROM call_figures WHERE bucket >= $1 AND bucket < $2 AND $4 <= $5 GROUP BY 1"
        ),
    };
    let query = diesel::sql_query(sql)
        .bind::<Timestamptz, _>(crate::zone::day_start(zone, first))
        .bind::<Timestamptz, _>(crate::zone::day_start(zone, last + Duration::days(1)))
        .bind::<Text, _>(zone.name())
        .bind::<Date, _>(first)
        .bind::<Date, _>(last);
    let rows: Vec<DaySums> = Kept(query).load(conn).await?;
    let found: HashMap<NaiveDate, Figures> =
        rows.iter().map(|row| (row.day, row.sums.figures(cost))).collect();
    Ok(first
        .iter_days()
        .take_while(|date| *date <= last)
        .map(|date| DayFigures {
            date,
            figures: found.get(&date).copied().unwrap_or_else(|| none(cost)),
        })
        .collect())
}

/// Hours of one day from midnight to `until`, without gaps. An hour that the clock shows twice is one bar.
///
/// # Errors
/// The database's.
pub async fn by_hour(
    conn: &mut AsyncPgConnection,
    zone: Tz,
    (from, until): Period,
    cost: bool,
) -> QueryResult<Vec<HourFigures>> {
    use chrono::Timelike;
    let query = diesel::sql_query(concat!(
        "SELECT extract(hour FROM bucket AT TIME ZONE $3)::int AS hour, ",
        sums!(),
        " FROM call_figures WHERE bucket >= $1 AND bucket < $2 GROUP BY 1"
    ))
    .bind::<Timestamptz, _>(from)
    .bind::<Timestamptz, _>(until)
    .bind::<Text, _>(zone.name());
    let rows: Vec<HourSums> = Kept(query).load(conn).await?;
    let found: HashMap<i32, Figures> = rows
        .iter()
        .map(|row| (row.hour, row.sums.figures(cost)))
        .collect();
    let last = u8::try_from(until.with_timezone(&zone).hour()).unwrap_or(23);
    Ok((0..=last)
        .map(|hour| HourFigures {
            hour,
            figures: found.get(&i32::from(hour)).copied().unwrap_or_else(|| none(cost)),
        })
        .collect())
}

fn none(cost: bool) -> Figures {
    Figures {
        cost_usd_micros: cost.then_some(0),
        ..Figures::default()
    }
}
