//! What DNS says of a domain, and what follows from it.

use super::dns::{Dns, Silent};
use super::row::{self, Row, txt_name, txt_value};
use crate::app::App;
use crate::error::ApiError;
use crate::mail::messages::DomainBroken;
use crate::mail::{self, MailError};
use chrono::{DateTime, TimeDelta, Utc};
use db::audit;
use db::partitions::Partitioned;
use db::schema::organization_domains::dsl;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind::UniqueViolation;
use diesel::result::Error::DatabaseError;
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::json;
use shared::domain::DomainState;
use shared::{DomainId, OrganizationId, Permission};
use std::collections::BTreeSet;

/// A verified domain that is not found right for so long is broken.
const BROKEN_AFTER: TimeDelta = TimeDelta::days(3);
/// A broken one is nobody's again after so long: whoever proves it then has it.
const DROPPED_AFTER: TimeDelta = TimeDelta::days(30);
const TAKEN: &str = "Somebody else has proved that this domain is theirs";

/// What stands at a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub texts: Result<Vec<String>, Silent>,
    /// Where it leads: names by CNAME, or addresses where it has none.
    pub leads_to: Result<Vec<String>, Silent>,
    pub leads_here: bool,
}

/// What follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outcome {
    state: DomainState,
    txt_ok: bool,
    cname_ok: bool,
    reason: Option<String>,
    failures: i32,
    failing_since: Option<DateTime<Utc>>,
    next_check_at: DateTime<Utc>,
}

/// Looks at DNS and stores what was found. `None`: there is no such domain any more.
///
/// # Errors
/// The database's.
pub async fn check(app: &App, organization: OrganizationId, id: DomainId) -> Result<Option<Row>, ApiError> {
    let read = async move |conn: &mut db::Conn| row::find(conn, id).await;
    let row = match app.db.tenant(organization, read).await {
        Err(error) if error.code() == shared::ErrorCode::NotFound => return Ok(None),
        read => read?,
    };
    let target = app.config.branding.domain_target(&app.config.http);
    let found = look(&app.dns, &row, target.as_deref()).await;
    let now = Utc::now();
    let outcome = judge(&row, &found, target.as_deref(), now)?;
    app.db.ensure_month(&[Partitioned::AuditLog], now).await?;
    let before = row.state()?;
    let (row, changed) = app
        .db
        .tenant::<_, ApiError, _>(organization, async move |conn| {
            let stored = conn
                .transaction(async |conn| store(conn, &row, &found, &outcome, now).await)
                .await;
            match stored {
                // Proved by somebody else a moment before: the row stays as it was, and says so.
                Err(DatabaseError(UniqueViolation, _)) => {
                    let outcome = Outcome {
                        state: before,
                        reason: Some(TAKEN.to_owned()),
                        ..outcome
                    };
                    store(conn, &row, &found, &outcome, now).await?;
                }
                stored => stored?,
            }
            let row = row::find(conn, id).await?;
            let state = row.state()?;
            if state != before {
                let entry = audit::Entry {
                    organization,
                    user: None,
                    action: match state {
                        DomainState::Verified => "domain.verified",
                        DomainState::Broken => "domain.broken",
                        DomainState::Pending => "domain.dropped",
                    },
                    subject: Some(id.to_string()),
                    details: json!({ "domain": row.domain }),
                    ip: None,
                };
                audit::record(conn, entry).await?;
                if state == DomainState::Broken {
                    tell(app, conn, organization, &row).await?;
                }
            }
            Ok((row, state != before))
        })
        .await?;
    if changed {
        app.brands.forget_all();
    }
    Ok(Some(row))
}

/// Writes to those who look after domains. One message for each time: it is broken until it is verified again or dropped.
async fn tell(
    app: &App,
    conn: &mut db::Conn,
    organization: OrganizationId,
    row: &Row,
) -> Result<(), MailError> {
    let since = row.failing_since.unwrap_or_else(Utc::now);
    mail::queue_to_who_may(
        app,
        conn,
        organization,
        Permission::BrandingDomains,
        DomainBroken::KIND,
        |brand| {
            DomainBroken {
                domain: &row.domain,
                reason: row.reason.as_deref().unwrap_or_default(),
                dropped_at: since + DROPPED_AFTER,
                url: brand.page("/settings/domains"),
            }
            .letter()
        },
    )
    .await
}

async fn look(dns: &Dns, row: &Row, target: Option<&str>) -> Found {
    let txt = txt_name(&row.domain);
    let (texts, leads_to) = futures::join!(dns.texts(&txt), lead(dns, &row.domain, target));
    let (leads_to, leads_here) = match leads_to {
        Ok((seen, here)) => (Ok(seen), here),
        Err(silent) => (Err(silent), false),
    };
    Found {
        texts,
        leads_to,
        leads_here,
    }
}

/// The name at the top of a zone can have no CNAME; it may lead to the same addresses instead.
async fn lead(dns: &Dns, domain: &str, target: Option<&str>) -> Result<(Vec<String>, bool), Silent> {
    let aliases = dns.aliases(domain).await?;
    if !aliases.is_empty() {
        let here = target.is_some_and(|target| aliases.iter().any(|alias| alias == target));
        return Ok((aliases, here));
    }
    let addresses: BTreeSet<_> = dns.addresses(domain).await?.into_iter().collect();
    let ours: BTreeSet<_> = match target {
        Some(target) if !addresses.is_empty() => dns.addresses(target).await?.into_iter().collect(),
        _ => BTreeSet::new(),
    };
    let here = !addresses.is_empty() && addresses.is_subset(&ours);
    Ok((addresses.iter().map(ToString::to_string).collect(), here))
}

fn judge(row: &Row, found: &Found, target: Option<&str>, now: DateTime<Utc>) -> Result<Outcome, ApiError> {
    let before = row.state()?;
    let wanted = txt_value(&row.token);
    let txt_ok = found.texts.as_ref().is_ok_and(|texts| texts.contains(&wanted));
    let cname_ok = found.leads_to.is_ok() && found.leads_here;
    if txt_ok && cname_ok {
        return Ok(Outcome {
            state: DomainState::Verified,
            txt_ok,
            cname_ok,
            reason: None,
            failures: 0,
            failing_since: None,
            next_check_at: now + TimeDelta::days(1),
        });
    }
    let reason = Some(complaint(row, found, target, txt_ok));
    if found.texts.is_err() || found.leads_to.is_err() {
        // Our own way to DNS may be what is broken: nothing is held against the domain.
        return Ok(Outcome {
            state: before,
            txt_ok,
            cname_ok,
            reason,
            failures: row.failures,
            failing_since: row.failing_since,
            next_check_at: now + TimeDelta::minutes(10),
        });
    }
    let failures = row.failures.saturating_add(1);
    let since = row.failing_since.unwrap_or(now);
    let state = match before {
        DomainState::Pending => DomainState::Pending,
        _ if now - since >= DROPPED_AFTER => DomainState::Pending,
        _ if now - since >= BROKEN_AFTER => DomainState::Broken,
        other => other,
    };
    Ok(Outcome {
        state,
        txt_ok,
        cname_ok,
        reason,
        failures,
        failing_since: Some(since),
        next_check_at: now + pause(before, failures),
    })
}

/// Until the next look at one that is not right: who has just set a record waits for us, who forgot about it does not.
fn pause(before: DomainState, failures: i32) -> TimeDelta {
    match before {
        DomainState::Pending => TimeDelta::minutes((1_i64 << failures.clamp(1, 10)).min(12 * 60)),
        DomainState::Verified | DomainState::Broken => TimeDelta::hours(1),
    }
}

fn complaint(row: &Row, found: &Found, target: Option<&str>, txt_ok: bool) -> String {
    let txt = match &found.texts {
        _ if txt_ok => None,
        Err(silent) => Some(format!("The TXT record could not be read: {silent}.")),
        Ok(texts) if texts.is_empty() => {
            Some(format!("There is no TXT record at {}.", txt_name(&row.domain)))
        }
        Ok(_) => Some(format!(
            "The TXT record at {} holds something else.",
            txt_name(&row.domain)
        )),
    };
    let lead = match (&found.leads_to, target) {
        _ if found.leads_here => None,
        (Err(silent), _) => Some(format!("The CNAME record could not be read: {silent}.")),
        (_, None) => Some("The platform has no name to which a domain could lead.".to_owned()),
        (Ok(seen), Some(target)) if seen.is_empty() => {
            Some(format!("{} does not lead to {target} yet.", row.domain))
        }
        (Ok(seen), Some(target)) => Some(format!(
            "{} leads to {} and not to {target}.",
            row.domain,
            seen.join(", ")
        )),
    };
    txt.into_iter().chain(lead).collect::<Vec<_>>().join(" ")
}

async fn store(
    conn: &mut db::Conn,
    row: &Row,
    found: &Found,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let verified_at = match outcome.state {
        DomainState::Pending => None,
        _ => row.verified_at.or(Some(now)),
    };
    diesel::update(dsl::organization_domains.find(row.id))
        .set((
            dsl::state.eq(outcome.state.as_str()),
            dsl::txt_ok.eq(outcome.txt_ok),
            dsl::txt_seen.eq(found.texts.as_ref().ok()),
            dsl::cname_ok.eq(outcome.cname_ok),
            dsl::cname_seen.eq(found.leads_to.as_ref().ok()),
            dsl::reason.eq(&outcome.reason),
            dsl::failures.eq(outcome.failures),
            dsl::failing_since.eq(outcome.failing_since),
            dsl::checked_at.eq(now),
            dsl::next_check_at.eq(outcome.next_check_at),
            dsl::verified_at.eq(verified_at),
        ))
        .execute(conn)
        .await
        .map(drop)
}
