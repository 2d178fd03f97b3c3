//! The audit log can be read, searched, saved, and not be changed unnoticed.

use crate::harness::{AGENCY, CUSTOMER, TestApp, VIEWER};
use serde_json::{Value, json};
use shared::ErrorCode;
use shared::Page;
use shared::audit::{AuditEntry, AuditVerdict, BrokenHow};

const LOG: &str = "/api/audit";
const VERIFY: &str = "/api/audit/verify";

/// Sign-ins are entries; so many of them.
async fn with_entries(app: &TestApp, count: usize) -> crate::harness::Client {
    for _ in 1..count {
        app.sign_in(AGENCY).await;
    }
    app.sign_in(AGENCY).await
}

#[tokio::test]
async fn entries_are_numbered_without_gaps_and_paged_newest_first() {
    let app = TestApp::start().await;
    let client = with_entries(&app, 5).await;
    let first: Page<AuditEntry> = client.get(&format!("{LOG}?limit=3")).await.json();
    let cursor = first.next_cursor.unwrap();
    let rest: Page<AuditEntry> = client.get(&format!("{LOG}?limit=3&cursor={cursor}")).await.json();
    assert_eq!(rest.next_cursor, None);
    let entries: Vec<_> = first.items.iter().chain(&rest.items).collect();
    let numbers: Vec<i64> = entries.iter().map(|entry| entry.sequence).collect();
    assert_eq!(numbers, [5, 4, 3, 2, 1]);
    let newest = entries.first().unwrap();
    assert_eq!(newest.action, "session.started");
    assert_eq!(newest.user.as_ref().unwrap().email, AGENCY);
    assert!(newest.ip.is_some());
}

#[tokio::test]
async fn it_is_searched_by_words_person_and_day() {
    let app = TestApp::start().await;
    let client = with_entries(&app, 2).await;
    let customer = app.organization("harbor-dental").to_string();
    let switched = client
        .post(
            "/api/auth/organization",
            &json!({"organization_id": customer, "reason": "help with setup"}),
        )
        .await;
    assert_eq!(switched.status, 200, "{}", switched.text());
    let found: Page<AuditEntry> = client.get(&format!("{LOG}?q=ENTERED")).await.json();
    assert_eq!(found.items.len(), 1);
    let none: Page<AuditEntry> = client
        .get(&format!("{LOG}?q=session.started&to=2020-01-01"))
        .await
        .json();
    assert!(none.items.is_empty());
    let person = found.items[0].user.as_ref().unwrap().id;
    let his: Page<AuditEntry> = client.get(&format!("{LOG}?user={person}")).await.json();
    assert_eq!(his.items.len(), 1);
    for (query, field) in [
        ("from=2026-02-02&to=2026-02-01", "to"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
    ] {
        let problem = client.get(&format!("{LOG}?{query}")).await.problem();
        assert_eq!(problem.code, ErrorCode::Invalid, "{query}");
        assert_eq!(problem.errors[0].field, field);
    }
}

#[tokio::test]
async fn what_was_changed_or_removed_behind_our_back_is_found() {
    let app = TestApp::start().await;
    let client = with_entries(&app, 4).await;
    let sound: AuditVerdict = client.get(VERIFY).await.json();
    assert_eq!((sound.checked, sound.broken), (4, None));

    let organization = app.organization("northwind-voice");
    let owner = |sql: &str| app.sql(&format!("set app.organization_id = '{organization}'; {sql}"));
    owner(
        "update audit_log set details = '{\"forged\": true}' where sequence = 2 and organization_id = current_organization()",
    );
    let changed = client.get(VERIFY).await.json::<AuditVerdict>().broken.unwrap();
    assert_eq!((changed.sequence, changed.how), (2, BrokenHow::Changed));
    owner("delete from audit_log where sequence = 2 and organization_id = current_organization()");
    let missing = client.get(VERIFY).await.json::<AuditVerdict>().broken.unwrap();
    assert_eq!((missing.sequence, missing.how), (2, BrokenHow::Missing));
}

#[tokio::test]
async fn entries_cut_off_at_the_end_are_missed_too() {
    let app = TestApp::start().await;
    let client = with_entries(&app, 3).await;
    app.sql("delete from audit_log where sequence = 3");
    let missing = client.get(VERIFY).await.json::<AuditVerdict>().broken.unwrap();
    assert_eq!((missing.sequence, missing.how), (3, BrokenHow::Missing));
}

#[tokio::test]
async fn the_servers_role_may_add_and_read_only() {
    let app = TestApp::start().await;
    let rights = app.sql(
        "select string_agg(privilege_type, ',' order by privilege_type) from information_schema.role_table_grants
         where grantee = 'echosensei_app' and table_name = 'audit_log'",
    );
    assert_eq!(rights, "INSERT,SELECT");
    let heads = app.sql(
        "select string_agg(privilege_type, ',') from information_schema.role_table_grants
         where grantee = 'echosensei_app' and table_name = 'audit_heads'",
    );
    assert_eq!(heads, "SELECT");
}

#[tokio::test]
async fn two_who_write_at_once_make_one_chain() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    futures::future::join_all((0..6).map(|_| app.sign_in(AGENCY))).await;
    let verdict: AuditVerdict = client.get(VERIFY).await.json();
    assert_eq!((verdict.checked, verdict.broken), (7, None));
}

#[tokio::test]
async fn the_export_is_a_table_without_formulas() {
    let app = TestApp::start().await;
    let client = with_entries(&app, 2).await;
    let reply = client.get("/api/audit/export").await;
    assert_eq!(reply.status, 200);
    let text = reply.text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("number,time (UTC),user"));
    assert!(lines[1].starts_with("2,") && lines[2].starts_with("1,"));
}

#[tokio::test]
async fn it_is_read_by_permission_and_by_its_own_organization_only() {
    let app = TestApp::start().await;
    with_entries(&app, 2).await;
    for path in [LOG, VERIFY, "/api/audit/export"] {
        assert_eq!(app.sign_in(VIEWER).await.get(path).await.status, 403, "{path}");
    }
    let customer: Value = app.sign_in(CUSTOMER).await.get(LOG).await.json();
    let text = customer.to_string();
    assert!(!text.contains(AGENCY), "{text}");
}

/// Literals such as `role.created` in files that write entries: the code names them nowhere else.
fn written_actions(folder: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            written_actions(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap_or_default();
        if !source.contains("audit") {
            continue;
        }
        let is_action = |text: &&str| {
            let parts: Vec<&str> = text.split('.').collect();
            parts.len() == 2
                && parts
                    .iter()
                    .all(|part| part.len() > 2 && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        };
        found.extend(source.split('"').filter(is_action).map(str::to_owned));
    }
}

#[test]
fn every_action_has_words_for_its_page() {
    let mut actions = std::collections::BTreeSet::new();
    written_actions(&test_tools::package().join("src"), &mut actions);
    assert!(
        actions.len() > 70 && actions.contains("calls.erased"),
        "{actions:?}"
    );
    let bare: Vec<_> = actions
        .iter()
        .filter(|action| shared::audit::action_label(action) == action.as_str())
        .collect();
    assert!(
        bare.is_empty(),
        "no words in shared::audit::action_label for {bare:?}"
    );
}
