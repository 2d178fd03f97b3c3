//! Saved views of the call log.

use crate::harness::{AGENCY, CUSTOMER, Client, TestApp};
use serde_json::{Value, json};
use shared::ErrorCode;
use shared::call_view::{CallView, MAX_VIEWS};

const VIEWS: &str = "/api/calls/views";

async fn names(client: &Client) -> Vec<String> {
    let views: Vec<CallView> = client.get(VIEWS).await.json();
    views.into_iter().map(|view| view.name).collect()
}

fn failures(name: &str, shared: bool) -> Value {
    json!({ "name": name, "shared": shared, "filter": { "outcome": "failure", "seconds_from": 60 } })
}

#[tokio::test]
async fn an_own_view_is_its_makers_and_a_shared_one_everybodys() {
    let app = TestApp::start().await;
    let admin = app.sign_in(AGENCY).await;
    let (email, _) = app.add_member("northwind-voice", "agency_staff");
    let staff = app.sign_in(&email).await;
    let own: CallView = staff.post(VIEWS, &failures("Long failures", false)).await.json();
    assert!(own.editable && !own.shared && own.missing.is_empty());
    assert_eq!(own.filter.seconds_from, Some(60));
    assert_eq!(names(&admin).await, Vec::<String>::new());
    let path = format!("{VIEWS}/{}", own.id);
    assert_eq!(
        admin.patch(&path, &json!({ "name": "Mine now" })).await.status,
        404
    );
    assert_eq!(admin.delete(&path).await.status, 404);

    let refused = staff.post(VIEWS, &failures("For all", true)).await.problem();
    assert_eq!(refused.code, ErrorCode::PermissionDenied);
    let shared: CallView = admin.post(VIEWS, &failures("For all", true)).await.json();
    assert_eq!(names(&staff).await, ["For all", "Long failures"]);
    let path = format!("{VIEWS}/{}", shared.id);
    assert_eq!(
        staff.patch(&path, &json!({ "name": "Mine now" })).await.status,
        403
    );
    assert_eq!(staff.delete(&path).await.status, 403);
    assert_eq!(names(&app.sign_in(CUSTOMER).await).await, Vec::<String>::new());

    let renamed: CallView = admin
        .patch(&path, &json!({ "name": " Renamed ", "filter": {} }))
        .await
        .json();
    assert_eq!(
        (renamed.name.as_str(), renamed.filter),
        ("Renamed", Default::default())
    );
    let back: CallView = admin.patch(&path, &json!({ "shared": false })).await.json();
    assert!(!back.shared);
    assert_eq!(names(&staff).await, ["Long failures"]);
    assert_eq!(admin.delete(&path).await.status, 204);
    let actions =
        "select string_agg(action, ' ' order by sequence) from audit_log where action like 'call_view%'";
    assert_eq!(app.sql(actions).split(' ').count(), 3, "{}", app.sql(actions));
}

#[tokio::test]
async fn only_its_maker_takes_a_shared_view_back() {
    let app = TestApp::start().await;
    let admin = app.sign_in(AGENCY).await;
    let (email, _) = app.add_member("northwind-voice", "agency_admin");
    let other = app.sign_in(&email).await;
    let view: CallView = admin.post(VIEWS, &failures("For all", true)).await.json();
    let path = format!("{VIEWS}/{}", view.id);
    let problem = other.patch(&path, &json!({ "shared": false })).await.problem();
    assert_eq!(problem.errors.first().unwrap().field, "shared");
    assert_eq!(other.delete(&path).await.status, 204);
}

#[tokio::test]
async fn what_its_filter_needs_and_the_reader_lacks_is_told() {
    let app = TestApp::start().await;
    let admin = app.sign_in(AGENCY).await;
    let (email, _) = app.add_member("northwind-voice", "agency_staff");
    let body = json!({ "name": "Dear", "shared": true, "filter": { "cost_from": 1_000_000, "cost_to": 2_000_000, "q": "refund" } });
    let made: CallView = admin.post(VIEWS, &body).await.json();
    assert!(made.missing.is_empty());
    let seen: Vec<CallView> = app.sign_in(&email).await.get(VIEWS).await.json();
    assert_eq!(seen.first().unwrap().missing, ["calls.cost"]);
    assert!(!seen.first().unwrap().editable);
}

#[tokio::test]
async fn names_filters_and_their_number_have_limits() {
    let app = TestApp::start().await;
    let admin = app.sign_in(AGENCY).await;
    let fields = async |body: Value| {
        let problem = admin.post(VIEWS, &body).await.problem();
        problem
            .errors
            .into_iter()
            .map(|error| error.field)
            .collect::<Vec<_>>()
    };
    assert_eq!(fields(json!({ "name": " ", "filter": {} })).await, ["name"]);
    assert_eq!(
        fields(json!({ "name": "x".repeat(61), "filter": { "seconds_from": -1 } })).await,
        ["name", "filter.seconds_from"]
    );
    assert_eq!(
        fields(json!({ "name": "x", "filter": { "said_by": "agent" } })).await,
        ["filter.said_by"]
    );
    assert_eq!(
        admin
            .post(VIEWS, &json!({ "name": "x", "filter": { "colour": "red" } }))
            .await
            .status,
        400
    );
    assert_eq!(admin.post(VIEWS, &failures("Twice", false)).await.status, 201);
    assert_eq!(fields(failures("TWICE", false)).await, ["name"]);
    // A shared one may be called the same.
    assert_eq!(admin.post(VIEWS, &failures("Twice", true)).await.status, 201);
    for n in 1..MAX_VIEWS {
        assert_eq!(
            admin
                .post(VIEWS, &failures(&format!("View {n}"), false))
                .await
                .status,
            201
        );
    }
    let full = admin.post(VIEWS, &failures("One more", false)).await.problem();
    assert_eq!(full.code, ErrorCode::LimitReached);
}
