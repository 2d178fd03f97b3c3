//! Calls as files.

use crate::call_work::{tag, with_calls};
use crate::harness::{AGENCY, Client, TestApp};
use serde_json::{Value, json};
use shared::ErrorCode;
use shared::export::{Export, ExportState};
use std::io::Read;

async fn ordered(client: &Client, body: &Value) -> Export {
    let reply = client.post("/api/exports", body).await;
    assert_eq!(reply.status, 202, "{}", reply.text());
    reply.json()
}

/// As the list shows it now.
async fn shown(client: &Client, export: &Export) -> Export {
    let all: Vec<Export> = client.get("/api/exports").await.json();
    all.into_iter().find(|one| one.id == export.id).unwrap()
}

/// Orders a file and reads it.
async fn written(app: &TestApp, client: &Client, body: &Value) -> (Export, bytes::Bytes) {
    let export = ordered(client, body).await;
    assert_eq!(export.state, ExportState::Queued);
    app.run_jobs().await;
    let export = shown(client, &export).await;
    assert_eq!(export.state, ExportState::Done, "{:?}", export.error);
    let file = client.get(&format!("/api/exports/{}/file", export.id)).await;
    assert_eq!(file.status, 200, "{}", file.text());
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(Some(file.body.len() as i64), export.bytes);
    (export, file.body)
}

fn lines(csv: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let text = csv.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut reader = csv::Reader::from_reader(text);
    let heads = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    (heads, rows)
}

#[tokio::test]
async fn a_csv_holds_what_the_filters_leave_with_no_formula_in_it() {
    let (app, agency, calls) = with_calls(12).await;
    app.sql(&format!(
        "update calls set title = '=HYPERLINK(\"http://evil\")', counterpart = '+49301234567' where id = '{}'",
        calls[0]
    ));
    let vip = tag(&agency, "@VIP").await;
    let bulk = json!({"calls": calls[..5], "add": [vip.id]});
    agency.post("/api/calls/bulk/tags", &bulk).await;
    let body = json!({"format": "csv", "query": format!("tag={}&limit=2", vip.id)});
    let (export, file) = written(&app, &agency, &body).await;
    assert_eq!((export.calls_done, export.calls_total), (5, Some(5)));
    let (heads, rows) = lines(&file);
    assert_eq!(rows.len(), 5);
    let column = |head: &str| {
        heads
            .iter()
            .position(|h| h == head)
            .unwrap_or_else(|| panic!("{head}: {heads:?}"))
    };
    assert!(
        heads
            .iter()
            .any(|head| head.starts_with("Started (") && head.contains('/')),
        "the zone is named: {heads:?}"
    );
    let first = rows.iter().find(|row| row[0] == calls[0].to_string()).unwrap();
    assert_eq!(first[column("Title")], "'=HYPERLINK(\"http://evil\")");
    assert_eq!(first[column("Caller")], "'+49301234567");
    assert_eq!(first[column("Tags")], "'@VIP");
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    let entries = app.sql(
        "select string_agg(action, ' ' order by occurred_at) from audit_log where action like 'calls.%'",
    );
    assert_eq!(entries, "calls.export_ordered calls.export_fetched");
    let details = app.sql("select details->>'filters' from audit_log where action = 'calls.export_ordered'");
    assert_eq!(details, "[\"tag\", \"limit\"]", "which filters, not their values");
}

#[tokio::test]
async fn json_has_one_call_a_line_and_a_workbook_has_strings_that_are_no_formulas() {
    let (app, agency, calls) = with_calls(7).await;
    app.sql(&format!(
        "update calls set title = '=1+1' where id = '{}'",
        calls[0]
    ));
    let (_, file) = written(&app, &agency, &json!({"format": "json", "transcripts": true})).await;
    let text = String::from_utf8(file.to_vec()).unwrap();
    let objects: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects.len(), calls.len());
    let ids: Vec<_> = objects
        .iter()
        .map(|call| call["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        ids,
        calls.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "newest first"
    );
    assert_eq!(objects[0]["title"], "=1+1");
    assert!(
        objects
            .iter()
            .any(|call| call["transcript"][0]["message"].is_string())
    );
    let (_, file) = written(&app, &agency, &json!({"format": "xlsx"})).await;
    let sheet = sheet(&file);
    assert_eq!(sheet.matches("<row ").count(), calls.len() + 1);
    assert!(
        sheet.contains("=1+1") && !sheet.contains("<f>"),
        "a string, no formula"
    );
}

/// The XML of a workbook's only sheet.
fn sheet(file: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let mut text = String::new();
    archive
        .by_name("xl/worksheets/sheet1.xml")
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[tokio::test]
async fn a_file_has_the_fields_that_its_author_may_see_and_is_his_alone() {
    let (app, agency, _) = with_calls(5).await;
    app.sql("update calls set counterpart = '+49301234567'");
    let (email, clerk) = app.add_member("northwind-voice", "agency_staff");
    app.sql(&format!(
        "update memberships set grants = '{{calls.export}}', denials = '{{calls.numbers,calls.transcript,calls.analysis}}' where user_id = '{clerk}'"
    ));
    let staff = app.sign_in(&email).await;
    let refused = staff
        .post("/api/exports", &json!({"format": "csv", "transcripts": true}))
        .await;
    assert_eq!(refused.problem().errors[0].field, "transcripts");
    let refused = staff
        .post("/api/exports", &json!({"format": "csv", "query": "q=refund"}))
        .await;
    assert_eq!(refused.problem().errors[0].field, "q");
    let (export, file) = written(&app, &staff, &json!({"format": "csv"})).await;
    let (heads, rows) = lines(&file);
    for hidden in ["Title", "Summary", "Evaluation", "Cost in USD", "Transcript"] {
        assert!(!heads.iter().any(|head| head == hidden), "{hidden}");
    }
    assert!(!String::from_utf8_lossy(&file).contains("1234567"));
    assert_eq!(rows.len(), 5);
    let path = format!("/api/exports/{}/file", export.id);
    assert_eq!(agency.get(&path).await.status, 404, "somebody else's");
    assert_eq!(
        app.client().get(&path).await.status,
        401,
        "the link alone is worth nothing"
    );
    let (own, _) = written(&app, &agency, &json!({"format": "csv"})).await;
    // Who has lost a permission since does not get what needs it.
    app.sql(&format!(
        "update memberships set denials = '{{calls.cost}}' where user_id = '{}'",
        app.user(AGENCY)
    ));
    app.app.principals.forget_all();
    let problem = agency
        .get(&format!("/api/exports/{}/file", own.id))
        .await
        .problem();
    assert_eq!(problem.code, ErrorCode::PermissionDenied);
}

#[tokio::test]
async fn a_link_ends_with_its_time_and_the_file_goes() {
    let (app, agency, _) = with_calls(3).await;
    let (export, _) = written(&app, &agency, &json!({"format": "csv"})).await;
    assert!(export.expires_at.unwrap() > chrono::Utc::now() + chrono::Duration::hours(23));
    let key = app.sql("select storage_key from call_exports");
    let key = storage::StorageKey::new(key).unwrap();
    assert!(app.app.storage.current().head(&key).await.is_ok());
    app.sql("update call_exports set expires_at = now() - interval '1 second'");
    let path = format!("/api/exports/{}/file", export.id);
    assert_eq!(agency.get(&path).await.problem().code, ErrorCode::LinkGone);
    server::worker::housekeeping(&app.app).await.unwrap();
    assert!(app.app.storage.current().head(&key).await.is_err());
    assert_eq!(shown(&agency, &export).await.state, ExportState::Expired);
    // One that is thrown away goes at once.
    let (export, _) = written(&app, &agency, &json!({"format": "json"})).await;
    let key = app.sql("select storage_key from call_exports where storage_key is not null");
    assert_eq!(
        agency.delete(&format!("/api/exports/{}", export.id)).await.status,
        204
    );
    assert!(
        app.app
            .storage
            .current()
            .head(&storage::StorageKey::new(key).unwrap())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn few_are_written_at_a_time_and_one_can_be_cancelled() {
    let (app, agency, _) = with_calls(3).await;
    let mut last = None;
    for _ in 0..3 {
        last = Some(ordered(&agency, &json!({"format": "csv"})).await);
    }
    let problem = agency
        .post("/api/exports", &json!({"format": "csv"}))
        .await
        .problem();
    assert_eq!(problem.code, ErrorCode::LimitReached);
    let cancelled = last.unwrap();
    assert_eq!(
        agency
            .delete(&format!("/api/exports/{}", cancelled.id))
            .await
            .status,
        204
    );
    app.run_jobs().await;
    assert_eq!(shown(&agency, &cancelled).await.state, ExportState::Cancelled);
    let states =
        app.sql("select state, count(*), count(storage_key) from call_exports group by 1 order by 1");
    assert_eq!(states, "cancelled|1|0\ndone|2|2");
    for (field, value) in [
        ("query", json!("colour=red")),
        ("query", json!("x".repeat(2_001))),
    ] {
        let mut body = json!({"format": "csv"});
        body[field] = value;
        let problem = agency.post("/api/exports", &body).await.problem();
        assert_eq!(problem.code, ErrorCode::Invalid);
    }
}
