//! Limits on calls: written to the provider, kept there, and taken back.

use crate::harness::{AGENCY, CUSTOMER, Client, MAIN_KEY, MAIN_READ_ONLY_KEY, PLATFORM, TestApp};
use elevenlabs::agents::CallLimits;
use secrecy::SecretString;
use serde_json::{Value, json};
use shared::agent::{Agent, LimitState};
use shared::connection::Connection;
use shared::customer::OwnOrganization;
use shared::dashboard::{AttentionKind, Dashboard};
use shared::live::LiveSnapshot;
use shared::{AgentId, ErrorCode, OrganizationId, Page};

struct Limited {
    app: TestApp,
    agency: Client,
    connection: Connection,
    provider: elevenlabs::Client,
    dental: OrganizationId,
    /// The customer's, through the agency's workspace.
    agent: AgentId,
    provider_id: String,
}

async fn limited() -> Limited {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 10,
        live: 0,
        ..simulator::Options::default()
    });
    let agency = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&agency).await;
    let agent: Page<Agent> = agency.get("/api/agents?limit=1").await.json();
    let (agent, dental) = (&agent.items[0], app.organization("harbor-dental"));
    let body = json!({ "organization_id": dental, "with_history": true });
    let moved: shared::customer::MovedAgent = agency
        .post(&format!("/api/agents/{}/move", agent.id), &body)
        .await
        .json();
    app.run_jobs().await;
    let base_url = app.simulator().base_url.parse().unwrap();
    Limited {
        provider: elevenlabs::Client::new(base_url, SecretString::from(MAIN_KEY)).unwrap(),
        provider_id: agent.provider_agent_id.clone(),
        agent: moved.agent_id,
        dental,
        app,
        agency,
        connection,
    }
}

impl Limited {
    async fn set(&self, limits: Value) {
        let path = format!("/api/organizations/{}/limits", self.dental);
        let reply = self.agency.put(&path, &json!({ "limits": limits })).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        self.app.run_jobs().await;
    }

    async fn at_provider(&self) -> CallLimits {
        CallLimits::of(&self.provider.agent(&self.provider_id).await.unwrap().raw)
    }

    async fn change_at_provider(&self, limits: CallLimits) {
        self.provider
            .update_agent(&self.provider_id, &limits.patch())
            .await
            .unwrap();
    }

    /// Whether the provider lets a call of the agent begin.
    async fn takes_a_call(&self) -> bool {
        let url = format!("{}/_control/calls", self.app.simulator().base_url);
        let body = json!({ "agent_id": self.provider_id, "turn_interval_ms": 60_000 });
        let request = reqwest::Client::new().post(url).body(body.to_string());
        request.send().await.unwrap().status().is_success()
    }

    async fn shown(&self, client: &Client) -> Option<shared::agent::CallLimit> {
        let page: Page<Agent> = client.get("/api/agents").await.json();
        let found = page.items.into_iter().find(|agent| agent.id == self.agent);
        found.unwrap().call_limit
    }

    /// So many minutes of talk in this month.
    fn talk(&self, minutes: i64) {
        let seconds = minutes * 60;
        self.app.sql(&format!(
            "with k as (insert into call_keys (connection_id, conversation_id, organization_id, call_id, started_at)
                 select connection_id, 'conv_' || gen_random_uuid(), organization_id, gen_random_uuid(), now() from agents where id = '{0}' returning *)
             insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, started_at, duration_seconds)
             select call_id, organization_id, connection_id, '{0}', conversation_id, 'done', started_at, {seconds} from k",
            self.agent
        ));
    }

    /// As every minute.
    async fn a_minute_passes(&self) {
        server::worker::housekeeping(&self.app.app).await.unwrap();
        self.app.run_jobs().await;
    }

    async fn attention(&self, email: &str) -> Vec<AttentionKind> {
        let dashboard: Dashboard = self.app.sign_in(email).await.get("/api/dashboard").await.json();
        dashboard.attention.iter().map(|item| item.kind).collect()
    }
}

#[tokio::test]
async fn calls_at_a_time_are_bound_at_the_provider_and_let_go() {
    let limited = limited().await;
    let own = CallLimits {
        agent_concurrency_limit: 7,
        daily_limit: 50,
        bursting_enabled: false,
    };
    limited.change_at_provider(own).await;
    limited.set(json!({ "max_concurrent_calls": 1 })).await;
    assert_eq!(
        limited.at_provider().await,
        CallLimits {
            agent_concurrency_limit: 1,
            ..own
        }
    );
    let customer = limited.app.sign_in(CUSTOMER).await;
    let shown = limited.shown(&customer).await.unwrap();
    assert_eq!(
        (shown.max_concurrent, shown.state),
        (Some(1), LimitState::Applied)
    );
    assert_eq!(
        (limited.takes_a_call().await, limited.takes_a_call().await),
        (true, false)
    );
    // A looser limit than the agent's own leaves the agent's own.
    limited.set(json!({ "max_concurrent_calls": 9 })).await;
    assert_eq!(limited.at_provider().await, own);
    limited.set(json!({})).await;
    assert_eq!(limited.at_provider().await, own);
    assert_eq!(limited.app.sql("select count(*) from agent_call_limits"), "0");
    assert_eq!(limited.shown(&customer).await, None);
}

#[tokio::test]
async fn what_somebody_sets_at_the_provider_meanwhile_becomes_the_agents_own() {
    let limited = limited().await;
    limited.set(json!({ "max_concurrent_calls": 3 })).await;
    let theirs = CallLimits {
        agent_concurrency_limit: 20,
        ..CallLimits::default()
    };
    limited.change_at_provider(theirs).await;
    // The next sync looks again.
    limited
        .agency
        .post(
            &format!("/api/connections/{}/sync", limited.connection.id),
            &json!({}),
        )
        .await;
    limited.app.run_jobs().await;
    assert_eq!(limited.at_provider().await.agent_concurrency_limit, 3);
    limited.set(json!({})).await;
    assert_eq!(limited.at_provider().await, theirs);
}

#[tokio::test]
async fn used_up_minutes_stop_new_calls_until_there_are_more() {
    let limited = limited().await;
    let before = limited.app.sql(
        "select coalesce(sum(duration_seconds), 0) / 60 from calls where started_at >= date_trunc('month', now() at time zone 'Europe/Berlin') at time zone 'Europe/Berlin'",
    );
    let limit = before.parse::<i64>().unwrap() + 1_000;
    limited.set(json!({ "max_minutes_per_month": limit })).await;
    assert!(limited.takes_a_call().await);
    limited.talk(limit - 150);
    limited.a_minute_passes().await;
    assert!(
        limited
            .attention(CUSTOMER)
            .await
            .contains(&AttentionKind::MinutesNearlyUsed)
    );
    assert!(
        limited
            .attention(AGENCY)
            .await
            .contains(&AttentionKind::MinutesNearlyUsed)
    );
    assert!(limited.takes_a_call().await);
    limited.talk(1_000);
    limited.a_minute_passes().await;
    assert_eq!(limited.at_provider().await, CallLimits::default().none());
    assert!(!limited.takes_a_call().await);
    assert!(
        limited
            .attention(CUSTOMER)
            .await
            .contains(&AttentionKind::MinutesUsed)
    );
    let customer = limited.app.sign_in(CUSTOMER).await;
    let own: OwnOrganization = customer.get("/api/organization").await.json();
    assert_eq!(
        (
            own.allowance.at_provider.stopped,
            own.allowance.at_provider.applied
        ),
        (1, 1)
    );
    assert!(own.allowance.used.minutes_this_month >= limit);
    // With the next month they are there again.
    limited.app.sql(
        "update calls set duration_seconds = 0; update organizations set timezone = 'UTC' where slug = 'harbor-dental'",
    );
    limited.a_minute_passes().await;
    assert_eq!(limited.at_provider().await, CallLimits::default());
    assert!(limited.takes_a_call().await);
}

#[tokio::test]
async fn minutes_of_an_agency_are_counted_with_its_customers() {
    let limited = limited().await;
    let path = format!(
        "/api/organizations/{}/limits",
        limited.app.organization("northwind-voice")
    );
    let platform = limited.app.sign_in(PLATFORM).await;
    platform
        .put(&path, &json!({ "limits": { "max_minutes_per_month": 100_000 } }))
        .await;
    limited.talk(100_001);
    limited.a_minute_passes().await;
    assert!(
        !limited.takes_a_call().await,
        "used by the customer, of the agency's"
    );
    assert_eq!(
        limited
            .app
            .sql("select count(*) from agent_call_limits where not stopped"),
        "0",
        "the agency's own agents too"
    );
    assert!(
        limited
            .attention(CUSTOMER)
            .await
            .contains(&AttentionKind::MinutesUsed)
    );
    platform.put(&path, &json!({ "limits": {} })).await;
    limited.app.run_jobs().await;
    assert!(limited.takes_a_call().await);
}

#[tokio::test]
async fn a_provider_that_refuses_is_shown_with_its_words_and_asked_again() {
    let limited = limited().await;
    limited
        .app
        .fault(json!({"kind": "server_error", "count": 3, "path_prefix": "/v1/convai/agents/"}))
        .await;
    limited.set(json!({ "max_concurrent_calls": 2 })).await;
    assert_eq!(
        limited.at_provider().await.agent_concurrency_limit,
        2,
        "tried again"
    );
    limited.app.no_faults().await;
    let path = format!("/api/connections/{}", limited.connection.id);
    let key = |key: &str| json!({ "api_key": key });
    assert_eq!(
        limited.agency.patch(&path, &key(MAIN_READ_ONLY_KEY)).await.status,
        200
    );
    limited.set(json!({ "max_concurrent_calls": 1 })).await;
    let customer = limited.app.sign_in(CUSTOMER).await;
    let shown = limited.shown(&customer).await.unwrap();
    assert_eq!(shown.state, LimitState::Failed);
    assert!(shown.error.unwrap().contains("convai_write"));
    assert!(
        limited
            .attention(CUSTOMER)
            .await
            .contains(&AttentionKind::LimitNotApplied)
    );
    // Put right, it is tried again by itself.
    assert_eq!(limited.agency.patch(&path, &key(MAIN_KEY)).await.status, 200);
    limited
        .app
        .sql("update agent_call_limits set tried_at = now() - interval '16 minutes'");
    limited.a_minute_passes().await;
    assert_eq!(limited.at_provider().await.agent_concurrency_limit, 1);
    assert_eq!(limited.shown(&customer).await.unwrap().state, LimitState::Applied);
}

#[tokio::test]
async fn a_bound_follows_its_agent_and_leaves_with_its_connection() {
    let limited = limited().await;
    let own = CallLimits {
        agent_concurrency_limit: 6,
        ..CallLimits::default()
    };
    limited.change_at_provider(own).await;
    limited.set(json!({ "max_concurrent_calls": 2 })).await;
    // Back to the agency, which has no limit.
    let body =
        json!({ "organization_id": limited.app.organization("northwind-voice"), "with_history": false });
    let moved: shared::customer::MovedAgent = limited
        .agency
        .post(&format!("/api/agents/{}/move", limited.agent), &body)
        .await
        .json();
    limited.app.run_jobs().await;
    assert_eq!(limited.at_provider().await, own);
    // To the customer again, and then the workspace is removed.
    let body = json!({ "organization_id": limited.dental, "with_history": true });
    limited
        .agency
        .post(&format!("/api/agents/{}/move", moved.agent_id), &body)
        .await;
    limited.app.run_jobs().await;
    assert_eq!(limited.at_provider().await.agent_concurrency_limit, 2);
    let removed = limited
        .agency
        .delete(&format!("/api/connections/{}", limited.connection.id))
        .await;
    assert_eq!(removed.status, 202);
    limited.app.run_jobs().await;
    assert_eq!(limited.at_provider().await, own);
}

#[tokio::test]
async fn more_calls_than_allowed_are_flagged() {
    let limited = limited().await;
    limited.set(json!({ "max_concurrent_calls": 1 })).await;
    let running = |name: &str| {
        limited.app.sql(&format!(
            "with k as (insert into call_keys (connection_id, conversation_id, organization_id, call_id, started_at)
                 select connection_id, '{name}', organization_id, gen_random_uuid(), now() from agents where id = '{0}' returning *)
             insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, started_at)
             select call_id, organization_id, connection_id, '{0}', conversation_id, 'in-progress', started_at from k",
            limited.agent
        ));
    };
    running("conv_1");
    assert!(
        !limited
            .attention(CUSTOMER)
            .await
            .contains(&AttentionKind::TooManyCalls)
    );
    running("conv_2");
    for email in [CUSTOMER, AGENCY] {
        assert!(
            limited
                .attention(email)
                .await
                .contains(&AttentionKind::TooManyCalls),
            "{email}"
        );
    }
    let customer = limited.app.sign_in(CUSTOMER).await;
    let snapshot: LiveSnapshot = customer.get("/api/live/calls").await.json();
    assert_eq!(
        (snapshot.running.len(), snapshot.max_concurrent_calls),
        (2, Some(1))
    );
}

#[tokio::test]
async fn agents_members_and_storage_of_an_agency_are_counted_with_its_customers() {
    let limited = limited().await;
    let app = &limited.app;
    let agents = app.sql("select count(*) from agents where not archived");
    app.sql(&format!(
        "update organizations set max_agents = {agents}, max_users = 3 where slug = 'northwind-voice'"
    ));
    let next = async || {
        let mine: Page<Agent> = limited.agency.get("/api/agents").await.json();
        let agent = mine.items.iter().find(|agent| !agent.archived).unwrap();
        format!("/api/agents/{}/move", agent.id)
    };
    // From the agency to its customer nothing is added to what they have together.
    let path = next().await;
    let body = json!({ "organization_id": limited.dental, "with_history": false });
    assert_eq!(limited.agency.post(&path, &body).await.status, 200);
    // The customer's own limit is its own.
    app.sql("update organizations set max_agents = 2 where slug = 'harbor-dental'");
    let path = next().await;
    let problem = limited.agency.post(&path, &body).await.problem();
    assert_eq!(problem.code, ErrorCode::LimitReached);
    // Three members there are, one at the agency and two at a customer; the other customer gets none.
    let add = "insert into memberships (organization_id, user_id, role)
               select o.id, u.id, 'customer_viewer' from organizations o, users u
               where o.slug = 'alpine-travel' and u.email = 'platform@demo.test'";
    let refused = local_postgres::testing::cluster().sql(app.database.name(), add);
    assert!(refused.unwrap_err().to_string().contains("limit reached"));
    app.sql("update organizations set max_users = 4 where slug = 'northwind-voice'");
    app.sql(add);
    let room = |bytes: i64| {
        app.sql(&format!(
            "select storage_room((select id from organizations where slug = 'alpine-travel'), {bytes})"
        ))
    };
    let held: i64 = app
        .sql("select sum(recording_bytes) from organization_use")
        .parse()
        .unwrap();
    assert!(held > 0);
    app.sql(&format!(
        "update organizations set max_storage_bytes = {} where slug = 'northwind-voice'",
        held + 10
    ));
    assert_eq!((room(10).as_str(), room(11).as_str()), ("t", "f"));
}
