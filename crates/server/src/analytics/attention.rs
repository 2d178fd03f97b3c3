//! What a person should look at: trouble that does not heal by itself.

use chrono::{DateTime, Utc};
use db::Kept;
use db::schema::{connections, organization_domains, sync_runs};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::dashboard::{Attention, AttentionKind};
use shared::ledger::WebhookHealth;

const INTEGRATIONS: &str = "/settings/integrations";

/// Trouble with connections and their syncs.
pub async fn connections(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Attention>> {
    type Row = (
        String,
        String,
        Option<String>,
        bool,
        Option<String>,
        Option<String>,
    );
    let rows: Vec<Row> = connections::table
        .left_join(sync_runs::table.on(sync_runs::connection_id.eq(connections::id)))
        .select((
            connections::name,
            connections::health,
            connections::trouble,
            connections::webhook_secret_sealed.is_null(),
            sync_runs::state.nullable(),
            sync_runs::error.nullable(),
        ))
        .order(connections::name)
        .load(conn)
        .await?;
    let mut found = Vec::new();
    let mut add = |kind, message| {
        found.push(Attention {
            kind,
            message,
            link: INTEGRATIONS.to_owned(),
        })
    };
    for (name, health, trouble, no_webhook, sync, sync_error) in rows {
        if health != "healthy" {
            let why = trouble.unwrap_or_else(|| "The provider does not answer as expected.".to_owned());
            add(AttentionKind::ConnectionTrouble, format!("{name}: {why}"));
        }
        if sync.as_deref() == Some("failed") {
            let why = sync_error.unwrap_or_else(|| "Start it again.".to_owned());
            add(
                AttentionKind::SyncFailed,
                format!("The sync of {name} stopped. {why}"),
            );
        }
        if no_webhook {
            add(
                AttentionKind::WebhookMissing,
                format!("{name} has no webhook, so ended calls appear with a delay. Register it."),
            );
        }
    }
    Ok(found)
}

/// Webhooks that the provider can not deliver to, and calls that are not here yet.
pub async fn completeness(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Attention>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        webhook: String,
        #[diesel(sql_type = BigInt)]
        gaps: i64,
    }
    // A gap that is a few minutes old is being worked on.
    let query = diesel::sql_query(
        "SELECT c.name, k.webhook, (SELECT count(*) FROM call_ledger l WHERE l.connection_id = c.id AND l.is_gap
             AND l.detail IN ('waiting', 'failed') AND l.started_at < now() - interval '1 hour'
             AND l.updated_at < now() - interval '15 minutes') AS gaps
         FROM connection_checks k JOIN connections c ON c.id = k.connection_id ORDER BY c.name",
    );
    let rows: Vec<Row> = Kept(query).load(conn).await?;
    let mut found = Vec::new();
    for row in rows {
        let health = WebhookHealth::parse(&row.webhook).unwrap_or(WebhookHealth::Unknown);
        if health.is_trouble() {
            found.push(Attention {
                kind: AttentionKind::WebhookTrouble,
                message: format!(
                    "The webhook of {}: {}. Register it again.",
                    row.name,
                    health.label()
                ),
                link: INTEGRATIONS.to_owned(),
            });
        }
        if row.gaps > 0 {
            let calls = if row.gaps == 1 {
                "1 call".to_owned()
            } else {
                format!("{} calls", row.gaps)
            };
            found.push(Attention {
                kind: AttentionKind::CallsMissing,
                message: format!(
                    "{calls} of {} could not be fetched yet. They are tried again by themselves.",
                    row.name
                ),
                link: INTEGRATIONS.to_owned(),
            });
        }
    }
    Ok(found)
}

/// Domains that lead here no longer.
pub async fn domains(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Attention>> {
    let broken: Vec<(String, Option<String>)> = organization_domains::table
        .filter(organization_domains::state.eq("broken"))
        .select((organization_domains::domain, organization_domains::reason))
        .order(organization_domains::domain)
        .load(conn)
        .await?;
    let attention = |(domain, reason): (String, Option<String>)| Attention {
        kind: AttentionKind::DomainBroken,
        message: format!("{domain} leads here no longer. {}", reason.unwrap_or_default()),
        link: "/settings/domains".to_owned(),
    };
    Ok(broken.into_iter().map(attention).collect())
}

/// Failed calls of today.
pub async fn failed_calls(
    conn: &mut AsyncPgConnection,
    since: DateTime<Utc>,
) -> QueryResult<Option<Attention>> {
    #[derive(QueryableByName)]
    struct Failed {
        #[diesel(sql_type = BigInt)]
        failed: i64,
    }
    let sql = "SELECT coalesce(sum(failed), 0)::bigint AS failed FROM call_figures WHERE bucket >= $1";
    let query = diesel::sql_query(sql).bind::<Timestamptz, _>(since);
    let Failed { failed } = Kept(query).get_result(conn).await?;
    let message = match failed {
        0 => return Ok(None),
        1 => "1 call failed today.".to_owned(),
        n => format!("{n} calls failed today."),
    };
    Ok(Some(Attention {
        kind: AttentionKind::FailedCalls,
        message,
        link: "/calls?status=failed".to_owned(),
    }))
}
