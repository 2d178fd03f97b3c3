//! "Sees only his agents": in every place where agents or their calls are shown.

use crate::harness::{AGENCY, TestApp};
use serde_json::{Value, json};
use shared::agent::Agent;
use shared::call::CallSummary;
use shared::dashboard::Dashboard;
use shared::member::Member;
use shared::{ErrorCode, Page};

#[tokio::test]
async fn only_assigned_agents_are_seen_anywhere() {
    let app = TestApp::start().await;
    app.simulator();
    let admin = app.sign_in(AGENCY).await;
    app.connect_simulator(&admin).await;
    // All of today, so that the dashboard has something to count.
    app.sql("update calls set started_at = started_at where false");
    let (email, staff) = app.add_member("northwind-voice", "agency_staff");
    let busiest = app.sql("select agent_id from calls group by 1 order by count(*) desc, 1 limit 1");
    let other = app.sql(&format!(
        "select id from calls where agent_id <> '{busiest}' order by started_at desc limit 1"
    ));
    let own_call = app.sql(&format!(
        "select id from calls where agent_id = '{busiest}' order by started_at desc limit 1"
    ));
    assert!(!other.is_empty(), "nothing to hide");
    let member = client_sees_all(&app, &email, &other).await;

    let path = format!("/api/members/{staff}");
    let body = json!({ "only_assigned_agents": true, "agents": [busiest] });
    let changed: Member = admin.patch(&path, &body).await.json();
    assert_eq!(changed.agents.len(), 1);

    let agents: Page<Agent> = member.get("/api/agents?limit=200").await.json();
    let ids: Vec<_> = agents.items.iter().map(|agent| agent.id.to_string()).collect();
    assert_eq!(ids.as_slice(), std::slice::from_ref(&busiest));

    let count = |sql: String| app.sql(&sql).parse::<usize>().unwrap();
    let own = count(format!("select count(*) from calls where agent_id = '{busiest}'"));
    let calls: Page<CallSummary> = member.get("/api/calls?limit=200").await.json();
    assert_eq!(calls.items.len(), own);
    assert!(
        calls
            .items
            .iter()
            .all(|call| call.agent.id.to_string() == busiest)
    );

    // A word that calls of others contain: the search function sees all rows and must hold back by itself.
    let word = app.sql(&format!(
        "select word from (select unnest(tsvector_to_array(s.words)) as word, c.agent_id from calls c join call_search s on s.call_id = c.id) w
         where word ~ '^[a-z]{{4,}}$' group by word
         having bool_or(agent_id = '{busiest}') and bool_or(agent_id <> '{busiest}') order by count(*) desc, word limit 1"
    ));
    assert!(!word.is_empty(), "no word is shared");
    let all: Page<CallSummary> = admin.get(&format!("/api/calls?limit=200&q={word}")).await.json();
    let found: Page<CallSummary> = member.get(&format!("/api/calls?limit=200&q={word}")).await.json();
    assert!(
        !found.items.is_empty() && found.items.len() < all.items.len(),
        "{word}"
    );
    assert!(
        found
            .items
            .iter()
            .all(|call| call.agent.id.to_string() == busiest)
    );

    assert_eq!(member.get(&format!("/api/calls/{other}")).await.status, 404);
    assert_eq!(
        member.get(&format!("/api/calls/{other}/recording")).await.status,
        404
    );
    assert_eq!(member.get(&format!("/api/calls/{own_call}")).await.status, 200);

    let sum = |dashboard: &Dashboard| dashboard.days.iter().map(|day| day.figures.calls).sum::<i64>();
    let his: Dashboard = member.get("/api/dashboard").await.json();
    let everyones: Dashboard = admin.get("/api/dashboard").await.json();
    assert!(
        sum(&his) < sum(&everyones),
        "{} of {}",
        sum(&his),
        sum(&everyones)
    );
    assert!(his.latest.iter().all(|call| call.agent.id.to_string() == busiest));
}

async fn client_sees_all(app: &TestApp, email: &str, other: &str) -> crate::harness::Client {
    let member = app.sign_in(email).await;
    assert_eq!(member.get(&format!("/api/calls/{other}")).await.status, 200);
    member
}

#[tokio::test]
async fn who_sees_some_agents_lets_nobody_see_others() {
    let app = TestApp::start().await;
    app.simulator();
    let admin = app.sign_in(AGENCY).await;
    app.connect_simulator(&admin).await;
    let agents: Page<Agent> = admin.get("/api/agents?limit=200").await.json();
    let (own, other) = (agents.items[0].id, agents.items[1].id);
    let (email, restricted) = app.add_member("northwind-voice", "agency_admin");
    let (_, colleague) = app.add_member("northwind-voice", "agency_staff");
    let path = |user| format!("/api/members/{user}");
    let only = json!({ "only_assigned_agents": true, "agents": [own] });
    admin.patch(&path(restricted), &only).await.json::<Member>();
    let restricted_client = app.sign_in(&email).await;
    let all = json!({ "only_assigned_agents": false });
    let reply = restricted_client.patch(&path(restricted), &all).await;
    assert_eq!(reply.problem().code, ErrorCode::PermissionDenied);
    // He does not even know of the other agent.
    let reply = restricted_client
        .patch(&path(restricted), &json!({ "agents": [own, other] }))
        .await;
    assert_eq!(reply.problem().errors[0].field, "agents");
    // Behind the handler's back the database refuses it too.
    let refused = app
        .app
        .db
        .tenant::<_, server::error::ApiError, _>(
            db::Scope {
                organization: Some(app.organization("northwind-voice")),
                user: Some(restricted),
                ..db::Scope::default()
            },
            async move |conn| {
                use db::diesel_async::RunQueryDsl;
                let sql = format!(
                    "INSERT INTO member_agents (organization_id, user_id, agent_id)
                     SELECT current_organization(), '{colleague}', '{other}'"
                );
                db::diesel::sql_query(sql).execute(conn).await?;
                Ok(())
            },
        )
        .await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::PermissionDenied);
    // What he sees he may pass on.
    let reply = restricted_client.patch(&path(colleague), &only).await;
    let shown: Value = reply.json();
    assert_eq!(shown["agents"][0]["id"], json!(own));
}
