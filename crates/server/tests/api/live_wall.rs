//! Running calls of all customers on one page, and to whom they are shown.

use crate::harness::{AGENCY, CUSTOMER, Client, PLATFORM, Tab, TestApp, VIEWER};
use crate::live::{publish, started};
use serde_json::json;
use shared::live::{LiveCommand, LiveEvent, LiveMessage, LiveSnapshot};
use shared::live_wall::{LONG_AFTER, LiveSettings, LiveWall};
use shared::{CallId, OrganizationId};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

/// A call that runs since so many minutes, with its agent.
fn running(app: &TestApp, slug: &str, minutes: i64, agent: &str) -> CallId {
    let (call, agent_id) = (Uuid::now_v7(), Uuid::now_v7());
    let owner = app.organization("northwind-voice");
    let organization = app.organization(slug);
    app.sql(&format!(
        "insert into connections (id, organization_id, name, base_url, api_key_sealed, api_key_last4, provider_user_id)
         select gen_random_uuid(), '{owner}', 'Wall', 'http://127.0.0.1:9', '\\x00', '0000', 'wall'
         where not exists (select from connections where name = 'Wall');
         insert into agents (id, organization_id, connection_id, provider_agent_id, name)
         select '{agent_id}', '{organization}', id, '{agent_id}', '{agent}' from connections where name = 'Wall';
         select ensure_month_partition('calls', now() - interval '{minutes} minutes');
         insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, direction, counterpart, started_at)
         select '{call}', '{organization}', id, '{agent_id}', '{call}', 'in-progress', 'inbound', '+4930123456',
                now() - interval '{minutes} minutes'
         from connections where name = 'Wall'"
    ));
    CallId(call)
}

async fn wall(client: &Client) -> LiveWall {
    client.get("/api/live/wall").await.json()
}

fn ids(wall: &LiveWall) -> Vec<CallId> {
    wall.calls.iter().map(|call| call.id).collect()
}

#[tokio::test]
async fn an_agency_sees_what_runs_at_its_customers_the_longest_first() {
    let app = TestApp::start().await;
    let dental = running(&app, "harbor-dental", 20, "Front desk");
    let travel = running(&app, "alpine-travel", 45, "Bookings");
    let own = running(&app, "northwind-voice", 5, "Sales");
    let agency = app.sign_in(AGENCY).await;
    let shown = wall(&agency).await;
    assert_eq!(ids(&shown), [travel, dental, own]);
    assert_eq!((shown.total, shown.long_after_seconds), (3, LONG_AFTER));
    let first = &shown.calls[0];
    assert_eq!(first.organization_id, app.organization("alpine-travel"));
    assert_eq!((first.agent.name.as_str(), first.is_own), ("Bookings", false));
    assert_eq!(first.counterpart.as_deref(), Some("+4930123456"));
    assert!(shown.calls[2].is_own);
    // The platform sees through its agencies.
    assert_eq!(wall(&app.sign_in(PLATFORM).await).await.total, 3);
    // Nobody below may look, and a customer has no wall.
    for email in [CUSTOMER, VIEWER] {
        assert_eq!(app.sign_in(email).await.get("/api/live/wall").await.status, 403);
    }
}

#[tokio::test]
async fn the_wall_shows_what_entering_would_and_not_more() {
    let app = TestApp::start().await;
    let dental = running(&app, "harbor-dental", 20, "Front desk");
    let own = running(&app, "northwind-voice", 5, "Sales");
    let (email, user) = app.add_member("northwind-voice", "agency_staff");
    let staff = app.sign_in(&email).await;
    let denials = |denied: &str| {
        app.sql(&format!(
            "update memberships set denials = '{{{denied}}}' where user_id = '{user}'"
        ));
        app.app.principals.forget_all();
    };
    assert_eq!(ids(&wall(&staff).await), [dental, own]);
    // Who may not enter sees his own alone.
    denials("organizations.enter");
    assert_eq!(ids(&wall(&staff).await), [own]);
    denials("calls.numbers");
    let shown = wall(&staff).await;
    assert_eq!(ids(&shown), [dental, own]);
    for call in &shown.calls {
        assert_ne!(call.counterpart.as_deref(), Some("+4930123456"));
    }
    denials("live.wall");
    assert_eq!(staff.get("/api/live/wall").await.status, 403);
    denials("");
    // A customer without live monitoring shows none of it, to visitors neither.
    app.sql("update organizations set features_off = '{live}' where slug = 'harbor-dental'");
    app.app.principals.forget_all();
    assert_eq!(ids(&wall(&staff).await), [own]);
    app.sql("update organizations set features_off = '{}' where slug = 'harbor-dental'");
    // Platform support sees that calls run, and no number in full.
    let (email, _) = app.add_member("platform", "platform_support");
    let shown = wall(&app.sign_in(&email).await).await;
    assert_eq!(shown.total, 2);
    assert!(
        shown
            .calls
            .iter()
            .all(|call| call.counterpart.as_deref() != Some("+4930123456"))
    );
    // Another agency sees nothing of this one.
    let other = Uuid::now_v7();
    app.sql(&format!(
        "insert into organizations (id, parent_id, kind, name, slug)
         select '{other}', id, 'agency', 'Other', 'other-agency' from organizations where slug = 'platform'"
    ));
    let (email, _) = app.add_member("other-agency", "agency_owner");
    assert_eq!(wall(&app.sign_in(&email).await).await.total, 0);
}

async fn watch(tab: &mut Tab, on: bool) {
    use futures::SinkExt;
    let command = serde_json::to_string(&LiveCommand::WatchBelow { on }).unwrap();
    tab.0.send(Message::text(command)).await.unwrap();
}

async fn began_or_ended(app: &TestApp, organization: OrganizationId) {
    let event = LiveEvent::CallEnded {
        call_id: Uuid::now_v7().into(),
        status: shared::call::CallStatus::Done,
    };
    publish(app, organization, event).await;
}

#[tokio::test]
async fn who_watches_below_is_told_that_something_changed_and_nobody_else() {
    let app = started().await;
    let (agency, staff_of_customer) = (app.sign_in(AGENCY).await, app.sign_in(CUSTOMER).await);
    let mut watching = Tab::watching(&agency).await;
    let mut other = Tab::watching(&agency).await;
    let mut below = Tab::watching(&staff_of_customer).await;
    watch(&mut watching, true).await;
    // A customer's socket may ask and hears nothing of it.
    watch(&mut below, true).await;
    let customer = app.organization("alpine-travel");
    let own = app.organization("northwind-voice");
    let told = async |tab: &mut Tab| {
        let asked = async {
            loop {
                began_or_ended(&app, customer).await;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        };
        tokio::select! {
            message = tab.next() => message,
            () = asked => unreachable!(),
        }
    };
    assert_eq!(told(&mut watching).await, LiveMessage::Below);
    watch(&mut watching, false).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    began_or_ended(&app, customer).await;
    let counts = LiveEvent::Counts { running: 7 };
    publish(&app, own, counts.clone()).await;
    publish(&app, app.organization("harbor-dental"), counts.clone()).await;
    // The next that each hears is an event of its own organization.
    for tab in [&mut watching, &mut other, &mut below] {
        let mut message = tab.next().await;
        while message == LiveMessage::Below {
            message = tab.next().await;
        }
        assert!(matches!(message, LiveMessage::Event { event, .. } if event == counts));
    }
}

#[tokio::test]
async fn an_organization_chooses_from_when_a_call_is_too_long() {
    let app = TestApp::start().await;
    let (agency, customer) = (app.sign_in(AGENCY).await, app.sign_in(CUSTOMER).await);
    for wrong in [0, 29, 86_401, -5] {
        let problem = agency
            .put("/api/live/settings", &json!({ "long_after_seconds": wrong }))
            .await
            .problem();
        assert_eq!(problem.errors[0].field, "long_after_seconds", "{wrong}");
    }
    for seconds in [60, 300] {
        let reply = agency
            .put("/api/live/settings", &json!({ "long_after_seconds": seconds }))
            .await;
        assert_eq!(reply.json::<LiveSettings>().long_after_seconds, seconds);
    }
    assert_eq!(wall(&agency).await.long_after_seconds, 300);
    let snapshot: LiveSnapshot = agency.get("/api/live/calls").await.json();
    assert_eq!(snapshot.long_after_seconds, Some(300));
    // It is the agency's own; the customer has the default.
    let theirs: LiveSettings = customer.get("/api/live/settings").await.json();
    assert_eq!(theirs.long_after_seconds, LONG_AFTER);
    assert_eq!(
        app.sql("select count(*) from audit_log where action = 'live.settings_changed'"),
        "2"
    );
    let viewer = app.sign_in(VIEWER).await;
    let body = json!({ "long_after_seconds": 60 });
    assert_eq!(viewer.put("/api/live/settings", &body).await.status, 403);
}
