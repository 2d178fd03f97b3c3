//! Limits on calls that are near, reached or not obeyed.

use db::Kept;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::dashboard::{Attention, AttentionKind};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Pressure {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    depth: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    minutes: Option<i64>,
    #[diesel(sql_type = Nullable<Integer>)]
    max_minutes: Option<i32>,
    #[diesel(sql_type = Nullable<BigInt>)]
    running: Option<i64>,
    #[diesel(sql_type = Nullable<Integer>)]
    max_running: Option<i32>,
}

#[derive(QueryableByName)]
struct AtProvider {
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    stopped: i64,
    #[diesel(sql_type = Nullable<Text>)]
    error: Option<String>,
}

/// Of the organization itself and, with `below`, of those directly below it.
///
/// # Errors
/// The database's.
pub async fn all(conn: &mut AsyncPgConnection, own: bool, below: bool) -> QueryResult<Vec<Attention>> {
    let query = diesel::sql_query("SELECT * FROM limits_under_pressure($1)").bind::<Bool, _>(below);
    let rows: Vec<Pressure> = Kept(query).load(conn).await?;
    let mut found: Vec<Attention> = rows
        .iter()
        .filter(|row| own || row.depth > 0)
        .flat_map(Pressure::attention)
        .collect();
    if own {
        let sql = "SELECT failed, stopped, error FROM limits_at_provider(current_organization())";
        let at_provider: AtProvider = Kept(diesel::sql_query(sql)).get_result(conn).await?;
        let says_so = found.iter().any(|item| item.kind == AttentionKind::MinutesUsed);
        found.extend(at_provider.attention(says_so));
    }
    Ok(found)
}

impl Pressure {
    fn attention(&self) -> Vec<Attention> {
        let (whose, link) = match self.depth {
            0 => (String::new(), "/settings/organization".to_owned()),
            _ => (
                format!("{}: ", self.name),
                format!("/customers?organization={}", self.organization_id),
            ),
        };
        let item = |kind, text: String| Attention {
            kind,
            message: format!("{whose}{text}"),
            link: link.clone(),
        };
        let mut found = Vec::new();
        if let (Some(used), Some(most)) = (self.minutes, self.max_minutes) {
            let most = i64::from(most);
            if used >= most {
                let text = format!(
                    "All {most} minutes of this month are used. New calls are refused until the month ends or the limit is raised."
                );
                found.push(item(AttentionKind::MinutesUsed, text));
            } else if used.saturating_mul(5) >= most.saturating_mul(4) {
                let text = format!(
                    "{used} of {most} minutes of this month are used. At {most}, new calls are refused."
                );
                found.push(item(AttentionKind::MinutesNearlyUsed, text));
            }
        }
        if let (Some(running), Some(most)) = (self.running, self.max_running)
            && running > i64::from(most)
        {
            let text = format!(
                "{running} calls run at a time, {most} are allowed. ElevenLabs keeps the limit for each agent, not for all together."
            );
            found.push(item(AttentionKind::TooManyCalls, text));
        }
        found
    }
}

impl AtProvider {
    fn attention(self, stop_is_told: bool) -> Vec<Attention> {
        let mut found = Vec::new();
        if self.stopped > 0 && !stop_is_told {
            let text = "New calls are refused: the minutes of this month are used up, here or in all organizations that share them.";
            found.push(Attention {
                kind: AttentionKind::MinutesUsed,
                message: text.to_owned(),
                link: "/settings/organization".to_owned(),
            });
        }
        if self.failed > 0 {
            let what = match self.failed {
                1 => "1 agent".to_owned(),
                many => format!("{many} agents"),
            };
            let why = self.error.unwrap_or_default();
            found.push(Attention {
                kind: AttentionKind::LimitNotApplied,
                message: format!("The limit on calls could not be set for {what}. {why}"),
                link: "/agents".to_owned(),
            });
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(minutes: i64, max_minutes: i32, running: i64, max_running: i32) -> Vec<AttentionKind> {
        let row = Pressure {
            organization_id: Uuid::nil(),
            name: "Harbor".to_owned(),
            depth: 1,
            minutes: Some(minutes),
            max_minutes: Some(max_minutes),
            running: Some(running),
            max_running: Some(max_running),
        };
        row.attention().iter().map(|item| item.kind).collect()
    }

    #[test]
    fn four_fifths_are_told_all_is_told_otherwise_and_the_limit_itself_is_not_over_it() {
        assert_eq!(kinds(79, 100, 2, 2), []);
        assert_eq!(kinds(80, 100, 0, 2), [AttentionKind::MinutesNearlyUsed]);
        assert_eq!(
            kinds(100, 100, 3, 2),
            [AttentionKind::MinutesUsed, AttentionKind::TooManyCalls]
        );
        assert_eq!(kinds(0, 0, 0, 0), [AttentionKind::MinutesUsed]);
    }
}
