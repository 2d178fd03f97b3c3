//! Connecting a workspace.

use crate::harness::{
    AGENCY, CUSTOMER, EU_KEY, MAIN_KEY, MAIN_NO_AGENTS_KEY, MAIN_READ_ONLY_KEY, SMALL_KEY, TestApp, VIEWER,
};
use serde_json::json;
use shared::ErrorCode;
use shared::connection::{Connection, ConnectionHealth, WorkspaceInfo};

#[tokio::test]
async fn each_failure_of_a_key_has_its_own_code_and_says_what_to_do() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let base_url = app.simulator().base_url.clone();
    let attempt = async |base_url: &str, key: &str| {
        let body = json!({"name": "x", "base_url": base_url, "api_key": key});
        let problem = client.post("/api/connections/test", &body).await.problem();
        (problem.code, problem.detail.unwrap_or_default())
    };
    let (code, words) = attempt(&base_url, "sk_no_such_key").await;
    assert_eq!(code, ErrorCode::ProviderKeyInvalid);
    assert!(words.contains("does not know this key"), "{words}");
    let (code, words) = attempt(&base_url, EU_KEY).await;
    assert_eq!(code, ErrorCode::ProviderWrongRegion);
    assert!(
        words.contains("https://api.eu.residency.elevenlabs.io"),
        "{words}"
    );
    let (code, words) = attempt(&base_url, MAIN_NO_AGENTS_KEY).await;
    assert_eq!(code, ErrorCode::ProviderForbidden);
    assert!(words.contains("user_read"), "{words}");
    let (code, words) = attempt("http://127.0.0.1:9", MAIN_KEY).await;
    assert_eq!(code, ErrorCode::ProviderUnreachable);
    assert!(words.contains("can not be reached"), "{words}");
    app.fault(json!({"kind": "server_error"})).await;
    let (code, words) = attempt(&base_url, MAIN_KEY).await;
    assert_eq!(code, ErrorCode::ProviderFailed);
    assert!(words.contains("status 500"), "{words}");
    assert_eq!(app.sql("select count(*) from connections"), "0");
}

#[tokio::test]
async fn a_good_key_can_be_tested_without_storing_anything() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let body = json!({"name": "", "base_url": app.simulator().base_url, "api_key": MAIN_KEY});
    let workspace: WorkspaceInfo = client.post("/api/connections/test", &body).await.json();
    assert!(!workspace.provider_user_id.is_empty() && workspace.tier.is_some());
    assert_eq!(app.sql("select count(*) from connections"), "0");
}

#[tokio::test]
async fn the_key_is_stored_sealed_and_shown_nowhere() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect(&client).await;
    assert_eq!(
        (connection.key_last4.as_str(), connection.health),
        ("4f7a", ConnectionHealth::Healthy)
    );
    let shown = client.get("/api/connections").await.text();
    assert!(!shown.contains(MAIN_KEY) && shown.contains(&connection.id.to_string()));
    let hex = hex::encode(MAIN_KEY);
    assert_eq!(
        app.sql(&format!(
            "select encode(api_key_sealed, 'hex') like '%{hex}%' from connections"
        )),
        "f"
    );
    assert_eq!(
        app.sql("select count(*) from audit_log where details::text like '%sk_simulator%'"),
        "0"
    );
    assert_eq!(
        app.sql("select action from audit_log where action like 'connection.%'"),
        "connection.created"
    );
}

#[tokio::test]
async fn the_same_workspace_twice_is_a_conflict_also_for_another_organization() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    app.connect(&client).await;
    for (who, key) in [
        (AGENCY, MAIN_KEY),
        (AGENCY, MAIN_READ_ONLY_KEY),
        (CUSTOMER, MAIN_KEY),
    ] {
        let client = app.sign_in(who).await;
        let body = json!({"name": "Again", "base_url": app.simulator().base_url, "api_key": key});
        let problem = client.post("/api/connections", &body).await.problem();
        assert_eq!(problem.code, ErrorCode::Conflict);
    }
    assert_eq!(app.sql("select count(*) from connections"), "1");
}

#[tokio::test]
async fn a_key_of_the_same_workspace_rotates_without_loss_and_one_of_another_is_refused() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&client).await;
    let path = format!("/api/connections/{}", connection.id);
    let calls = app.sql("select count(*) from calls");
    let refused = client
        .patch(&path, &json!({"api_key": SMALL_KEY}))
        .await
        .problem();
    assert_eq!(refused.code, ErrorCode::OtherWorkspace);
    assert!(refused.detail.unwrap().contains("another ElevenLabs workspace"));
    let rotated: Connection = client
        .patch(&path, &json!({"name": "Renamed", "api_key": MAIN_READ_ONLY_KEY}))
        .await
        .json();
    assert_eq!(
        (rotated.name.as_str(), rotated.key_last4.as_str()),
        ("Renamed", "9c21")
    );
    assert_eq!(app.sql("select count(*) from calls"), calls);
    let bad = client.patch(&path, &json!({"name": " "})).await.problem();
    assert_eq!(bad.errors.first().unwrap().field, "name");
}

#[tokio::test]
async fn hosts_of_inner_networks_are_refused_unless_they_are_allowed() {
    let app = TestApp::start_with([("PROVIDER_ALLOW_PRIVATE_HOSTS", "false")]).await;
    let client = app.sign_in(AGENCY).await;
    for host in [
        "https://127.0.0.1",
        "https://[::1]:8443",
        "https://169.254.169.254",
        "https://localhost",
        "http://8.8.8.8",
    ] {
        let body = json!({"name": "x", "base_url": host, "api_key": MAIN_KEY});
        let problem = client.post("/api/connections", &body).await.problem();
        assert_eq!(
            problem.errors.first().map(|e| e.field.as_str()),
            Some("base_url"),
            "{host}"
        );
    }
}

#[tokio::test]
async fn removing_a_connection_leaves_nothing_but_the_audit_entries() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&client).await;
    let keys = app.sql("select storage_key from recordings");
    assert!(keys.lines().count() > 3, "{keys}");
    let reply = client
        .delete(&format!("/api/connections/{}", connection.id))
        .await;
    assert_eq!(reply.status.as_u16(), 202);
    assert!(reply.json::<Connection>().removing);
    app.run_jobs().await;
    for table in [
        "connections",
        "agents",
        "calls",
        "recordings",
        "call_turns",
        "call_keys",
        "sync_runs",
        "jobs",
    ] {
        assert_eq!(app.sql(&format!("select count(*) from {table}")), "0", "{table}");
    }
    for key in keys.lines() {
        let key = storage::StorageKey::new(key).unwrap();
        assert!(app.app.storage.current().head(&key).await.is_err(), "{key}");
    }
    let actions =
        app.sql("select action from audit_log where action like 'connection.%' order by occurred_at");
    assert_eq!(actions, "connection.created\nconnection.removed");
}

#[tokio::test]
async fn a_long_history_is_erased_part_by_part_while_nothing_else_can_be_done_with_it() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&client).await;
    let calls = |sql: &str| {
        app.sql(&format!("select count(*) from {sql}"))
            .parse::<i64>()
            .unwrap()
    };
    app.sql(
        "with one as (select * from calls limit 1), many as (select gen_random_uuid() as id, n from generate_series(1, 1200) n),
         stored as (insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, started_at)
             select many.id, organization_id, connection_id, agent_id, 'conv_' || n, 'done', started_at from one, many),
         keys as (insert into call_keys (connection_id, conversation_id, organization_id, call_id, started_at)
             select connection_id, 'conv_' || n, organization_id, many.id, started_at from one, many)
         insert into call_turns (organization_id, call_id, started_at, position, speaker, message)
             select organization_id, many.id, started_at, 0, 'caller', 'words' from one, many",
    );
    let total = calls("calls");
    assert!(total > 1_200);
    let path = format!("/api/connections/{}", connection.id);
    for _ in 0..2 {
        assert_eq!(
            client.delete(&path).await.status,
            202,
            "asked twice, removed once"
        );
    }
    assert_eq!(calls("jobs where name = 'remove_connection'"), 1);
    assert_eq!(calls("audit_log where action = 'connection.removed'"), 1);
    assert_eq!(calls("calls"), total, "nothing is erased within the request");
    let listed: Vec<Connection> = client.get("/api/connections").await.json();
    assert!(listed.iter().all(|connection| connection.removing) && listed.len() == 1);
    for refused in [
        client.patch(&path, &json!({"name": "back again"})).await,
        client.post(&format!("{path}/sync"), &json!({})).await,
        client.post(&format!("{path}/webhook"), &json!({})).await,
    ] {
        assert_eq!(refused.status, 404);
    }
    let webhook = format!("/api/webhooks/elevenlabs/{}", connection.id);
    assert_eq!(app.client().post(&webhook, &json!({})).await.status, 404);

    // A worker that was killed after its first part.
    app.sql(&format!(
        "select set_config('app.organization_id', '{}', false);
         select left_over from erase_connection_part('{}', 500)",
        app.organization("northwind-voice"),
        connection.id
    ));
    assert_eq!(calls("calls"), total - 500);
    assert_eq!(calls("call_keys"), total - 500);
    app.run_jobs().await;
    for table in [
        "connections",
        "agents",
        "calls",
        "call_keys",
        "call_turns",
        "webhook_inbox",
        "jobs",
    ] {
        assert_eq!(calls(table), 0, "{table}");
    }
}

#[tokio::test]
async fn nobody_erases_a_connection_that_is_not_marked_or_not_his() {
    let app = TestApp::start().await;
    let client = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&client).await;
    let erase = |slug: &str| {
        app.sql(&format!(
            "select set_config('app.organization_id', '{}', false); select left_over from erase_connection_part('{}', 500)",
            app.organization(slug),
            connection.id
        ))
    };
    assert!(erase("northwind-voice").ends_with('f'));
    app.sql("update connections set removing_at = now()");
    assert!(erase("harbor-dental").ends_with('f'));
    assert_ne!(app.sql("select count(*) from calls"), "0");
    assert!(erase("northwind-voice").ends_with('t'));
}

#[tokio::test]
async fn another_tenants_connection_is_not_found_and_a_viewer_may_not_look() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let connection = app.connect(&agency).await;
    let customer = app.sign_in(CUSTOMER).await;
    let path = format!("/api/connections/{}", connection.id);
    assert_eq!(
        customer.get("/api/connections").await.json::<Vec<Connection>>(),
        []
    );
    assert_eq!(
        customer
            .patch(&path, &json!({"name": "Mine"}))
            .await
            .problem()
            .code,
        ErrorCode::NotFound
    );
    assert_eq!(customer.delete(&path).await.problem().code, ErrorCode::NotFound);
    assert_eq!(
        customer
            .post(&format!("{path}/sync"), &json!({}))
            .await
            .problem()
            .code,
        ErrorCode::NotFound
    );
    assert_eq!(
        customer
            .put(&format!("{path}/webhook"), &json!({"secret": "wsec_12345"}))
            .await
            .problem()
            .code,
        ErrorCode::NotFound
    );
    let viewer = app.sign_in(VIEWER).await;
    assert_eq!(
        viewer.get("/api/connections").await.problem().code,
        ErrorCode::PermissionDenied
    );
}
