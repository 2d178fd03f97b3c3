//! Invitations that are refused: nothing is changed.

use crate::harness::{AGENCY, CUSTOMER, TestApp, VIEWER};
use crate::invitations::{NEW, accept, invite, newcomer};
use serde_json::json;
use shared::{ErrorCode, Permission};

const INVITATIONS: &str = "/api/members/invitations";

#[tokio::test]
async fn every_wrong_field_is_named() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    invite(&admin, NEW, "customer_viewer").await;
    let nobody = uuid::Uuid::now_v7();
    for (body, field) in [
        (json!({ "email": "nobody", "role": "customer_viewer" }), "email"),
        (json!({ "email": "a@example.com", "role": "" }), "role"),
        (json!({ "email": "a@example.com", "role": "king" }), "role"),
        // Of another kind of organization, and one that is not there.
        (
            json!({ "email": "a@example.com", "role": "agency_staff" }),
            "role",
        ),
        (json!({ "email": "a@example.com", "role": nobody }), "role"),
        (
            json!({ "email": "a@example.com", "role": "customer_viewer", "message": "m".repeat(501) }),
            "message",
        ),
        (
            json!({ "email": "a@example.com", "role": "customer_viewer", "only_assigned_agents": true, "agents": [nobody] }),
            "agents",
        ),
        // A member already, and invited already.
        (json!({ "email": VIEWER, "role": "customer_viewer" }), "email"),
        (json!({ "email": NEW, "role": "customer_viewer" }), "email"),
    ] {
        let problem = admin.post(INVITATIONS, &body).await.problem();
        assert_eq!(problem.code, ErrorCode::Invalid, "{body}");
        assert_eq!(problem.errors[0].field, field, "{body}");
    }
    assert_eq!(app.sql("select count(*) from invitations"), "1");
    assert_eq!(app.sql("select count(*) from mails"), "1");
}

#[tokio::test]
async fn nobody_invites_above_his_own_standing() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    let body = json!({ "email": NEW, "role": "customer_owner" });
    let problem = admin.post(INVITATIONS, &body).await.problem();
    assert_eq!(problem.code, ErrorCode::PermissionDenied);
    assert!(
        problem
            .detail
            .unwrap()
            .contains(Permission::SecurityManage.label())
    );
    assert_eq!(app.sql("select count(*) from invitations"), "0");
    // Who sends somebody else's invitation again answers for it, and so needs as much.
    let (owner, _) = app.add_member("harbor-dental", "customer_owner");
    let owner = app.sign_in(&owner).await;
    let sent = invite(&owner, NEW, "customer_owner").await;
    let again = format!("{INVITATIONS}/{}/resend", sent.id);
    let problem = admin.post(&again, &json!({})).await.problem();
    assert_eq!(problem.code, ErrorCode::PermissionDenied);
    assert_eq!(app.sql("select sends from invitations"), "1");
}

#[tokio::test]
async fn an_invitation_is_worth_no_more_than_its_author_when_it_is_accepted() {
    let app = TestApp::start().await;
    let (author, id) = app.add_member("harbor-dental", "customer_admin");
    let admin = app.sign_in(&author).await;
    invite(&admin, NEW, "customer_admin").await;
    let token = app.secret_to(NEW).await;
    app.sql(&format!(
        "update memberships set role = 'customer_viewer' where user_id = '{id}'"
    ));
    let problem = accept(&mut app.client(), newcomer(&token)).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    assert!(problem.detail.unwrap().contains("may not give this role"));
    assert_eq!(
        app.sql(&format!("select count(*) from users where email = '{NEW}'")),
        "0"
    );
    assert_eq!(app.sql("select state from invitations"), "open");
    app.sql(&format!("delete from memberships where user_id = '{id}'"));
    let problem = accept(&mut app.client(), newcomer(&token)).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    app.sql(&format!("delete from users where id = '{id}'"));
    let problem = accept(&mut app.client(), newcomer(&token)).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    assert_eq!(
        app.sql(&format!("select count(*) from users where email = '{NEW}'")),
        "0"
    );
}

#[tokio::test]
async fn a_link_works_once_in_its_time_and_for_its_address() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    invite(&admin, NEW, "customer_viewer").await;
    let token = app.secret_to(NEW).await;
    // Somebody else, signed in.
    let mut agency = app.sign_in(AGENCY).await;
    let problem = accept(&mut agency, json!({ "token": token })).await.problem();
    assert_eq!(problem.code, ErrorCode::WrongAccount);
    let detail = problem.detail.unwrap();
    assert!(detail.contains(NEW) && detail.contains(AGENCY), "{detail}");
    // Fields of a new person.
    let body = json!({ "token": token, "name": "", "password": "" });
    let fields: Vec<_> = accept(&mut app.client(), body)
        .await
        .problem()
        .errors
        .into_iter()
        .map(|error| error.field)
        .collect();
    assert_eq!(fields, ["name", "password"]);
    let short = json!({ "token": token, "name": "Nina", "password": "short" });
    let problem = accept(&mut app.client(), short).await.problem();
    assert_eq!(problem.errors[0].field, "password");
    // Too late.
    app.sql("update invitations set expires_at = now() - interval '1 second'");
    let problem = accept(&mut app.client(), newcomer(&token)).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    assert!(problem.detail.unwrap().contains("is over"));
    app.sql("update invitations set expires_at = now() + interval '1 hour'");
    // Two at the same moment: one comes in.
    let (mut one, mut other) = (app.client(), app.client());
    let both = tokio::join!(
        accept(&mut one, newcomer(&token)),
        accept(&mut other, newcomer(&token))
    );
    let fine = [both.0.status, both.1.status]
        .iter()
        .filter(|status| status.is_success())
        .count();
    assert_eq!(fine, 1, "{both:?}");
    let problem = accept(&mut app.client(), newcomer(&token)).await.problem();
    assert_eq!(problem.code, ErrorCode::LinkGone);
    assert!(problem.detail.unwrap().contains("accepted already"));
    assert_eq!(
        app.sql(&format!(
            "select count(*) from memberships m join users u on u.id = m.user_id where email = '{NEW}'"
        )),
        "1"
    );
    // None of ours.
    for nonsense in ["", "abc", &"A".repeat(43)] {
        let problem = accept(&mut app.client(), newcomer(nonsense)).await.problem();
        assert_eq!(problem.code, ErrorCode::NotFound, "{nonsense}");
    }
}

#[tokio::test]
async fn the_last_seat_is_given_once_and_the_invitation_waits_for_another() {
    let app = TestApp::start().await;
    let admin = app.sign_in(CUSTOMER).await;
    invite(&admin, NEW, "customer_viewer").await;
    let token = app.secret_to(NEW).await;
    app.sql("update organizations set max_users = 2 where slug = 'harbor-dental'");
    let problem = accept(&mut app.client(), newcomer(&token)).await.problem();
    assert_eq!(problem.code, ErrorCode::LimitReached);
    assert!(problem.detail.unwrap().contains("no free seat"));
    assert_eq!(
        app.sql(&format!("select count(*) from users where email = '{NEW}'")),
        "0"
    );
    app.sql("update organizations set max_users = 3 where slug = 'harbor-dental'");
    assert!(
        accept(&mut app.client(), newcomer(&token))
            .await
            .status
            .is_success()
    );
}

#[tokio::test]
async fn who_sees_only_his_agents_invites_to_these_and_no_others() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    let (member, id) = app.add_member("northwind-voice", "agency_admin");
    let ids = app.sql("select id from agents where not archived order by name limit 2");
    let [own, other] = ids.lines().collect::<Vec<_>>()[..] else {
        panic!("{ids}")
    };
    app.sql(&format!(
        "update memberships set only_assigned_agents = true where user_id = '{id}';
         insert into member_agents select organization_id, '{id}', id from agents where id = '{own}'"
    ));
    let member = app.sign_in(&member).await;
    let body = |only: bool, agents: &[&str]| json!({ "email": NEW, "role": "agency_staff", "only_assigned_agents": only, "agents": agents });
    let problem = member.post(INVITATIONS, &body(false, &[])).await.problem();
    assert_eq!(problem.code, ErrorCode::PermissionDenied);
    // One that he does not see is none.
    let problem = member.post(INVITATIONS, &body(true, &[other])).await.problem();
    assert_eq!(problem.errors[0].field, "agents");
    assert_eq!(member.post(INVITATIONS, &body(true, &[own])).await.status, 201);
    let token = app.secret_to(NEW).await;
    let mut client = app.client();
    assert!(accept(&mut client, newcomer(&token)).await.status.is_success());
    let seen: serde_json::Value = client.get("/api/agents").await.json();
    let seen: Vec<_> = seen["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["id"])
        .collect();
    assert_eq!(seen, [own]);
}
