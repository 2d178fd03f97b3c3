//! Agents given from one organization to another, with and without their calls.

use crate::harness::{AGENCY, CUSTOMER, Client, TestApp};
use crate::webhooks::{SECRET, deliver, transcription};
use serde_json::json;
use shared::connection::Connection;
use shared::customer::MovedAgent;
use shared::{ErrorCode, OrganizationId};

struct Moving {
    app: TestApp,
    agency: Client,
    connection: Connection,
    /// With the most calls.
    agent: String,
    provider_id: String,
    dental: OrganizationId,
}

async fn moving() -> Moving {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 40,
        live: 0,
        ..simulator::Options::default()
    });
    let agency = app.sign_in(AGENCY).await;
    let connection = app.connect_simulator(&agency).await;
    let agent = app.sql("select agent_id from calls group by 1 order by count(*) desc, 1 limit 1");
    Moving {
        provider_id: app.sql(&format!(
            "select provider_agent_id from agents where id = '{agent}'"
        )),
        dental: app.organization("harbor-dental"),
        app,
        agency,
        connection,
        agent,
    }
}

impl Moving {
    async fn to(&self, target: OrganizationId, with_history: bool) -> crate::harness::Reply {
        let body = json!({ "organization_id": target, "with_history": with_history });
        self.agency
            .post(&format!("/api/agents/{}/move", self.agent), &body)
            .await
    }

    /// Calls, turns, recordings and keys that lie in the organization.
    fn history(&self, organization: OrganizationId) -> Vec<i64> {
        let tables = ["calls", "call_turns", "recordings", "call_keys"];
        let count = |table| {
            let sql = format!("select count(*) from {table} where organization_id = '{organization}'");
            self.app.sql(&sql).parse().unwrap()
        };
        tables.into_iter().map(count).collect()
    }

    fn agent_history(&self) -> Vec<i64> {
        let sql = format!(
            "select count(distinct c.id), count(distinct (t.call_id, t.position)) filter (where t.call_id is not null), count(distinct r.call_id), count(distinct k.call_id)
             from calls c left join call_turns t on t.call_id = c.id left join recordings r on r.call_id = c.id
             left join call_keys k on k.call_id = c.id where c.agent_id = '{}'",
            self.agent
        );
        self.app
            .sql(&sql)
            .split('|')
            .map(|n| n.parse().unwrap())
            .collect()
    }

    /// A call that runs now.
    fn running_call(&self) {
        self.app.sql(&format!(
            "with k as (insert into call_keys (connection_id, conversation_id, organization_id, call_id, started_at)
                 select connection_id, 'conv_running', organization_id, gen_random_uuid(), now() from agents where id = '{0}' returning *)
             insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, started_at)
             select call_id, organization_id, connection_id, '{0}', conversation_id, 'in-progress', started_at from k",
            self.agent
        ));
    }

    /// What the provider sends at the end of a call of this agent.
    async fn call_ends(&self, conversation: &str) {
        let path = format!("/api/connections/{}/webhook", self.connection.id);
        assert_eq!(
            self.agency.put(&path, &json!({ "secret": SECRET })).await.status,
            200
        );
        let mut event = transcription(conversation);
        event["data"]["agent_id"] = json!(self.provider_id);
        assert_eq!(deliver(&self.app, &self.connection, &event).await.status, 200);
        self.app.run_jobs().await;
    }

    fn owner(&self, conversation: &str) -> String {
        self.app.sql(&format!(
            "select organization_id, agent_id from calls where conversation_id = '{conversation}'"
        ))
    }
}

#[tokio::test]
async fn with_history_everything_goes_along() {
    let moving = moving().await;
    let history = moving.agent_history();
    assert!(history.iter().all(|count| *count > 0), "{history:?}");
    let call = moving.app.sql(&format!(
        "select id from calls where agent_id = '{}' and recording = 'available' limit 1",
        moving.agent
    ));
    let reply = moving.to(moving.dental, true).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let moved: MovedAgent = reply.json();
    assert_eq!(moving.history(moving.dental), history);
    assert_eq!(moving.agent_history(), [0, 0, 0, 0]);
    assert_eq!(
        moving.app.sql(&format!(
            "select count(*) from agents where id = '{}'",
            moving.agent
        )),
        "0"
    );
    // The customer hears it now, and the agency no more.
    let customer = moving.app.sign_in(CUSTOMER).await;
    for path in [
        format!("/api/calls/{call}"),
        format!("/api/calls/{call}/recording"),
    ] {
        assert_eq!(customer.get(&path).await.status, 200, "{path}");
        assert_eq!(moving.agency.get(&path).await.status, 404, "{path}");
    }
    moving.call_ends("conv_new").await;
    assert_eq!(
        moving.owner("conv_new"),
        format!("{}|{}", moving.dental, moved.agent_id)
    );
    let sums = "select count(*) from organization_use u where
                    u.agents <> (select count(*) from agents a where a.organization_id = u.organization_id and not archived)
                    or u.recording_bytes <> (select coalesce(sum(bytes), 0) from recordings r where r.organization_id = u.organization_id)";
    assert_eq!(moving.app.sql(sums), "0");
    assert_eq!(
        moving
            .app
            .sql("select count(*) from audit_log where action = 'agent.moved'"),
        "1"
    );
}

#[tokio::test]
async fn a_running_call_follows_when_it_has_ended() {
    let moving = moving().await;
    moving.running_call();
    let reply = moving.to(moving.dental, true).await;
    assert_eq!(reply.status, 202, "{}", reply.text());
    let moved: MovedAgent = reply.json();
    assert!(moved.history_follows);
    let old = moving.owner("conv_running");
    assert!(old.ends_with(&moving.agent), "{old}");
    // On the move it can not be given on.
    let again = json!({ "organization_id": moving.app.organization("alpine-travel"), "with_history": true });
    let again = moving
        .agency
        .post(&format!("/api/agents/{}/move", moved.agent_id), &again)
        .await;
    assert_eq!(again.problem().code, ErrorCode::Conflict);
    // A new call lands where the agent is; the old one is stored where it is, and then follows.
    moving.call_ends("conv_new").await;
    let there = format!("{}|{}", moving.dental, moved.agent_id);
    assert_eq!(moving.owner("conv_new"), there);
    moving.call_ends("conv_running").await;
    moving.app.sql("update jobs set run_at = now()");
    moving.app.run_jobs().await;
    assert_eq!(moving.owner("conv_running"), there);
    assert_eq!(
        moving.app.sql(&format!(
            "select count(*) from agents where id = '{}'",
            moving.agent
        )),
        "0"
    );
}

#[tokio::test]
async fn without_history_the_calls_stay_under_an_archived_agent() {
    let moving = moving().await;
    moving.running_call();
    let before = moving.agent_history();
    let reply = moving.to(moving.dental, false).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let moved: MovedAgent = reply.json();
    assert_eq!(moving.agent_history(), before);
    assert_eq!(moving.history(moving.dental), [0, 0, 0, 0]);
    let twins = moving.app.sql(&format!(
        "select a.name = b.name, a.archived, b.archived from agents a, agents b where a.id = '{}' and b.id = '{}'",
        moving.agent, moved.agent_id
    ));
    assert_eq!(twins, "t|t|f");
    // The call that ran is finished where it began; the next one lands with the customer.
    moving.call_ends("conv_running").await;
    assert!(moving.owner("conv_running").ends_with(&moving.agent));
    moving.call_ends("conv_new").await;
    assert_eq!(
        moving.owner("conv_new"),
        format!("{}|{}", moving.dental, moved.agent_id)
    );
    // Another sync of the workspace changes none of this.
    let sync = format!("/api/connections/{}/sync", moving.connection.id);
    moving.agency.post(&sync, &json!({})).await;
    moving.app.run_jobs().await;
    assert_eq!(moving.agent_history()[0], before[0]);
    assert_eq!(
        moving.app.sql(&format!(
            "select count(*) from agents where provider_agent_id = '{}'",
            moving.provider_id
        )),
        "1"
    );
}

#[tokio::test]
async fn what_can_not_be_moved_says_why() {
    let moving = moving().await;
    let field = |reply: crate::harness::Reply| reply.problem().errors[0].field.clone();
    assert_eq!(
        field(moving.to(moving.app.organization("platform"), true).await),
        "organization_id"
    );
    assert_eq!(
        field(moving.to(moving.app.organization("northwind-voice"), true).await),
        "organization_id"
    );
    moving
        .app
        .sql("update organizations set status = 'archived' where slug = 'alpine-travel'");
    assert_eq!(
        field(moving.to(moving.app.organization("alpine-travel"), true).await),
        "organization_id"
    );
    moving
        .app
        .sql("update organizations set max_agents = 0 where slug = 'harbor-dental'");
    let full = moving.to(moving.dental, true).await.problem();
    assert_eq!((full.status, full.code), (409, ErrorCode::LimitReached));
    moving.app.sql("update organizations set max_agents = null");
    // A workspace of the customer's own serves nobody else.
    moving.app.sql(&format!(
        "with c as (insert into connections (id, organization_id, name, base_url, api_key_sealed, api_key_last4, provider_user_id)
             values (gen_random_uuid(), '{}', 'Own', 'http://localhost', '', '', 'u') returning id, organization_id)
         insert into agents (id, organization_id, connection_id, provider_agent_id, name)
         select gen_random_uuid(), organization_id, id, 'agent_own', 'Own' from c",
        moving.dental
    ));
    let agent = moving.app.sql("select id from agents where name = 'Own'");
    let home =
        json!({ "organization_id": moving.app.organization("northwind-voice"), "with_history": false });
    let reply = moving
        .agency
        .post(&format!("/api/agents/{agent}/move"), &home)
        .await;
    assert_eq!(field(reply), "organization_id");
    // Who stands below may not.
    let customer = moving.app.sign_in(CUSTOMER).await;
    let refused = customer.post(&format!("/api/agents/{agent}/move"), &home).await;
    assert_eq!(refused.problem().code, ErrorCode::PermissionDenied);
}

#[tokio::test]
async fn many_calls_are_left_to_a_job() {
    let moving = moving().await;
    let agent = &moving.agent;
    moving.app.sql(&format!(
        "with k as (insert into call_keys (connection_id, conversation_id, organization_id, call_id, started_at)
             select connection_id, 'conv_' || n, organization_id, gen_random_uuid(), now() - n * interval '1 second'
             from agents, generate_series(1, 5001) n where id = '{agent}' returning *)
         insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, recording, started_at)
         select call_id, organization_id, connection_id, '{agent}', conversation_id, 'done', 'unavailable', started_at from k"
    ));
    let calls = moving.agent_history();
    let reply = moving.to(moving.dental, true).await;
    assert_eq!(reply.status, 202, "{}", reply.text());
    assert_eq!(moving.history(moving.dental)[0], 0);
    moving.app.run_jobs().await;
    assert_eq!(moving.history(moving.dental), calls);
    assert_eq!(moving.agent_history(), [0, 0, 0, 0]);
}

#[tokio::test]
async fn agents_below_are_listed_for_who_moves_them_and_come_back() {
    let moving = moving().await;
    let moved: MovedAgent = moving.to(moving.dental, true).await.json();
    let path = format!("/api/agents?organization={}", moving.dental);
    let theirs: shared::Page<shared::agent::Agent> = moving.agency.get(&path).await.json();
    assert_eq!(
        theirs.items.iter().map(|agent| agent.id).collect::<Vec<_>>(),
        [moved.agent_id]
    );
    assert!(theirs.items[0].prompt.is_none() && theirs.items[0].calls_7d >= 0);
    let back = json!({ "organization_id": moving.app.organization("northwind-voice"), "with_history": true });
    let reply = moving
        .agency
        .post(&format!("/api/agents/{}/move", moved.agent_id), &back)
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    // Beside and above it nobody looks, nor does who moves nothing.
    let customer = moving.app.sign_in(CUSTOMER).await;
    let own = format!(
        "/api/agents?organization={}",
        moving.app.organization("alpine-travel")
    );
    assert_eq!(
        customer.get(&own).await.problem().code,
        ErrorCode::PermissionDenied
    );
    let above = format!("/api/agents?organization={}", moving.app.organization("platform"));
    assert_eq!(
        moving.agency.get(&above).await.problem().code,
        ErrorCode::NotFound
    );
    let (email, _) = moving.app.add_member("northwind-voice", "agency_staff");
    let staff = moving.app.sign_in(&email).await;
    assert_eq!(staff.get(&path).await.problem().code, ErrorCode::PermissionDenied);
}

#[tokio::test]
async fn how_far_the_calls_have_come_is_told_while_they_follow() {
    let moving = moving().await;
    moving.running_call();
    let moved: MovedAgent = moving.to(moving.dental, true).await.json();
    let path = format!("/api/agents/{}/move", moved.agent_id);
    let left = async || {
        moving
            .agency
            .get(&path)
            .await
            .json::<shared::customer::Following>()
            .calls
    };
    assert_eq!(left().await, 1, "the one that runs");
    moving.call_ends("conv_running").await;
    moving.app.sql("update jobs set run_at = now()");
    moving.app.run_jobs().await;
    assert_eq!(left().await, 0);
}
