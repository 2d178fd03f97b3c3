//! What people make of calls: tags, notes, who looks after one, how it ended, who has read it.

use crate::harness::{AGENCY, CUSTOMER, Client, TestApp};
use serde_json::{Value, json};
use shared::call::{CallDetail, CallSummary};
use shared::work::{Assignee, CallWork, Changed, Disposition, Note, Tag};
use shared::{CallId, ErrorCode, Page};

/// An agency with calls, newest first.
pub async fn with_calls(conversations: usize) -> (TestApp, Client, Vec<CallId>) {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations,
        live: 0,
        ..simulator::Options::default()
    });
    let agency = app.sign_in(AGENCY).await;
    app.connect_simulator(&agency).await;
    let calls = listed(&agency, "").await;
    (app, agency, calls)
}

/// Ids of the log's first page.
pub async fn listed(client: &Client, query: &str) -> Vec<CallId> {
    let page: Page<CallSummary> = client.get(&format!("/api/calls?{query}")).await.json();
    page.items.into_iter().map(|call| call.id).collect()
}

pub async fn tag(client: &Client, name: &str) -> Tag {
    let body = json!({"name": name, "colour": "teal"});
    client.post("/api/tags", &body).await.json()
}

#[tokio::test]
async fn a_call_is_tagged_rated_and_closed_and_the_log_finds_it() {
    let (_app, agency, calls) = with_calls(8).await;
    let (vip, refund) = (tag(&agency, "VIP").await, tag(&agency, "Refund").await);
    let lost: Vec<Disposition> = agency.get("/api/dispositions").await.json();
    assert_eq!(lost.len(), 4, "a list to begin with");
    let path = format!("/api/calls/{}/work", calls[2]);
    let body = json!({"tags": [vip.id, refund.id], "rating": 2, "disposition": lost[1].id});
    let work: CallWork = agency.patch(&path, &body).await.json();
    assert_eq!(work.tags, [refund.clone(), vip.clone()], "by name");
    assert_eq!(
        (work.rating, work.disposition.as_ref()),
        (Some(2), Some(&lost[1]))
    );
    let detail: CallDetail = agency.get(&format!("/api/calls/{}", calls[2])).await.json();
    assert_eq!(detail.call.work, work);
    for query in [
        format!("tag={}", vip.id),
        "rating=2".to_owned(),
        format!("disposition={}", lost[1].id),
        format!("tag={}&rating=2&unread=true", refund.id),
    ] {
        assert_eq!(listed(&agency, &query).await, [calls[2]], "{query}");
    }
    assert!(listed(&agency, "rating=3").await.is_empty());
    // What is left out stays, null takes it away.
    let work: CallWork = agency
        .patch(&path, &json!({"rating": null, "tags": [vip.id]}))
        .await
        .json();
    assert_eq!(
        (work.rating, work.tags.len(), work.disposition.is_some()),
        (None, 1, true)
    );
    // A tag that is removed leaves its calls; a disposition that is taken off the list stays with them.
    assert_eq!(agency.delete(&format!("/api/tags/{}", vip.id)).await.status, 204);
    let kept: Vec<Value> = lost[2..]
        .iter()
        .map(|d| json!({"id": d.id, "name": d.name}))
        .collect();
    let renamed = json!({"items": [{"name": "Resolved"}, kept[1], kept[0], {"name": "Complaint"}]});
    let list: Vec<Disposition> = agency.put("/api/dispositions", &renamed).await.json();
    let names: Vec<_> = list.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["Resolved", "Wrong number", "Not interested", "Complaint"]);
    assert_eq!(list[0].id, lost[0].id, "the name is the same disposition");
    let detail: CallDetail = agency.get(&format!("/api/calls/{}", calls[2])).await.json();
    assert!(detail.call.work.tags.is_empty());
    let closed = detail.call.work.disposition.unwrap();
    assert!(closed.archived && closed.name == "Follow up", "{closed:?}");
    let again = agency
        .patch(&path, &json!({"disposition": closed.id}))
        .await
        .problem();
    assert_eq!(again.errors[0].field, "disposition", "not on the list any more");
}

#[tokio::test]
async fn filters_of_work_and_of_words_hold_together_and_page_by_page() {
    let (app, agency, calls) = with_calls(30).await;
    let vip = tag(&agency, "VIP").await;
    app.sql(
        "update calls set title = 'needle';
         select set_config('app.organization_id', organization_id::text, false) from calls limit 1;
         select index_calls(array_agg(id), array_agg(started_at)) from calls",
    );
    let some: Vec<CallId> = calls.iter().copied().step_by(3).collect();
    let changed: Changed = agency
        .post("/api/calls/bulk/tags", &json!({"calls": some, "add": [vip.id]}))
        .await
        .json();
    assert_eq!(changed.changed, some.len());
    for words in ["", "&q=needle"] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/calls?tag={}{words}&limit=3{cursor}", vip.id);
            let page: Page<CallSummary> = agency.get(&path).await.json();
            found.extend(page.items.into_iter().map(|call| call.id));
            match page.next_cursor {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, some, "{words}");
    }
    let problem = agency
        .get("/api/calls?tag=x&rating=9&assignee=you&unread=perhaps&disposition=0")
        .await
        .problem();
    let fields: Vec<_> = problem.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["tag", "rating", "assignee", "unread", "disposition"]);
}

#[tokio::test]
async fn a_call_is_given_to_a_member_who_can_see_it() {
    let (app, agency, calls) = with_calls(8).await;
    let (_, staff) = app.add_member("northwind-voice", "agency_staff");
    let path = format!("/api/calls/{}/assignee", calls[0]);
    let work: CallWork = agency.put(&path, &json!({"user": staff})).await.json();
    assert_eq!(work.assignee.as_ref().map(|member| member.id), Some(staff));
    assert_eq!(listed(&agency, &format!("assignee={staff}")).await, [calls[0]]);
    assert_eq!(listed(&agency, "assignee=nobody").await.len(), calls.len() - 1);
    let members: Vec<Assignee> = agency.get("/api/calls/assignees").await.json();
    assert!(members.iter().any(|member| member.id == staff));
    // A stranger, and a member who sees other agents only.
    let stranger = app.user(CUSTOMER);
    let refused = agency.put(&path, &json!({"user": stranger})).await.problem();
    assert_eq!(refused.errors[0].field, "user");
    app.sql(&format!(
        "update memberships set only_assigned_agents = true where user_id = '{staff}'"
    ));
    let bulk = json!({"calls": calls, "user": staff});
    let refused = agency.post("/api/calls/bulk/assignee", &bulk).await.problem();
    assert_eq!(refused.errors[0].field, "user");
    let me = json!({"calls": calls, "user": app.user(AGENCY)});
    let changed: Changed = agency.post("/api/calls/bulk/assignee", &me).await.json();
    assert_eq!(changed.changed, calls.len());
    assert_eq!(listed(&agency, "assignee=me").await.len(), calls.len());
    // Who leaves looks after nothing any more.
    app.sql(&format!("update call_work set assignee_id = '{staff}'"));
    app.sql(&format!("delete from memberships where user_id = '{staff}'"));
    assert_eq!(app.sql("select count(assignee_id) from call_work"), "0");
}

#[tokio::test]
async fn everybody_has_read_for_himself() {
    let (app, agency, calls) = with_calls(6).await;
    let (email, _) = app.add_member("northwind-voice", "agency_staff");
    let staff = app.sign_in(&email).await;
    let read = |read: bool| json!({ "read": read });
    let path = format!("/api/calls/{}/read", calls[1]);
    assert_eq!(agency.put(&path, &read(true)).await.status, 204);
    assert_eq!(listed(&agency, "unread=false").await, [calls[1]]);
    assert_eq!(listed(&staff, "unread=true").await.len(), calls.len());
    let bulk = json!({"calls": calls[..3], "read": true});
    let changed: Changed = staff.post("/api/calls/bulk/read", &bulk).await.json();
    assert_eq!(changed.changed, 3);
    assert_eq!(listed(&staff, "unread=true").await, calls[3..]);
    // One mark for all, and one call unread again.
    assert_eq!(staff.post("/api/calls/read-all", &json!({})).await.status, 204);
    assert!(listed(&staff, "unread=true").await.is_empty());
    assert_eq!(staff.put(&path, &read(false)).await.status, 204);
    assert_eq!(listed(&staff, "unread=true").await, [calls[1]]);
    assert_eq!(listed(&agency, "unread=false").await, [calls[1]]);
}

#[tokio::test]
async fn a_note_is_its_authors() {
    let (app, agency, calls) = with_calls(4).await;
    let (email, _) = app.add_member("northwind-voice", "agency_manager");
    let manager = app.sign_in(&email).await;
    let path = format!("/api/calls/{}/notes", calls[0]);
    let note: Note = agency
        .post(&path, &json!({"text": " Call back on Monday\u{0} "}))
        .await
        .json();
    assert_eq!(note.text, "Call back on Monday");
    let own = format!("{path}/{}", note.id);
    let other = json!({"text": "mine now"});
    assert_eq!(
        manager.patch(&own, &other).await.problem().code,
        ErrorCode::PermissionDenied
    );
    assert_eq!(manager.delete(&own).await.status, 403);
    let second: Note = manager.post(&path, &json!({"text": "I will"})).await.json();
    assert_eq!(
        agency.patch(&own, &json!({"text": "On Tuesday"})).await.status,
        204
    );
    let notes: Vec<Note> = manager.get(&path).await.json();
    assert_eq!(notes.len(), 2);
    assert!(notes[0].text == "On Tuesday" && notes[0].edited_at.is_some());
    assert_eq!(notes[1].id, second.id);
    // A note of one call is not one of another.
    let elsewhere = format!("/api/calls/{}/notes/{}", calls[1], note.id);
    assert_eq!(agency.delete(&elsewhere).await.status, 404);
    for text in ["", "  ", &"x".repeat(4_001)] {
        let problem = agency.post(&path, &json!({"text": text})).await.problem();
        assert_eq!(problem.errors[0].field, "text");
    }
    assert_eq!(agency.delete(&own).await.status, 204);
    let row: Page<CallSummary> = agency.get("/api/calls?limit=1").await.json();
    assert_eq!(row.items[0].work.notes, 1);
}

#[tokio::test]
async fn lists_refuse_what_is_there_already_and_bulk_has_a_bound() {
    let (_app, agency, calls) = with_calls(3).await;
    tag(&agency, "VIP").await;
    let again = agency.post("/api/tags", &json!({"name": "vip"})).await.problem();
    assert_eq!(again.errors[0].field, "name");
    let problem = agency
        .post("/api/tags", &json!({"name": "", "colour": "red"}))
        .await
        .problem();
    assert_eq!(problem.errors[0].field, "name");
    let same = json!({"items": [{"name": "A"}, {"name": "a"}]});
    let problem = agency.put("/api/dispositions", &same).await.problem();
    assert_eq!(problem.errors[0].field, "items.1.name");
    for calls in [Vec::new(), vec![calls[0]; 201]] {
        let body = json!({"calls": calls, "read": true});
        let problem = agency.post("/api/calls/bulk/read", &body).await.problem();
        assert_eq!(problem.errors[0].field, "calls");
    }
}

#[tokio::test]
async fn what_was_made_of_a_call_follows_it_to_another_organization() {
    let (app, agency, calls) = with_calls(10).await;
    let vip = tag(&agency, "VIP").await;
    let me = app.user(AGENCY);
    let agent = app.sql(&format!("select agent_id from calls where id = '{}'", calls[0]));
    let body = json!({"tags": [vip.id], "rating": 4});
    agency
        .patch(&format!("/api/calls/{}/work", calls[0]), &body)
        .await;
    agency
        .put(&format!("/api/calls/{}/assignee", calls[0]), &json!({"user": me}))
        .await;
    let note = json!({"text": "Known by name"});
    agency
        .post(&format!("/api/calls/{}/notes", calls[0]), &note)
        .await;
    agency
        .put(&format!("/api/calls/{}/read", calls[0]), &json!({"read": true}))
        .await;
    let dental = app.organization("harbor-dental");
    let order = json!({"organization_id": dental, "with_history": true});
    let moved = agency.post(&format!("/api/agents/{agent}/move"), &order).await;
    assert!(moved.status.is_success(), "{}", moved.text());
    app.run_jobs().await;
    let there = format!(
        "select t.name, t.organization_id = c.organization_id, w.rating, w.assignee_id is null, n.text, r.is_read
         from calls c
         join call_tags x on x.call_id = c.id and x.organization_id = c.organization_id join tags t on t.id = x.tag_id
         join call_work w on w.call_id = c.id and w.organization_id = c.organization_id
         join call_notes n on n.call_id = c.id and n.organization_id = c.organization_id
         join call_reads r on r.call_id = c.id and r.organization_id = c.organization_id
         where c.id = '{}' and c.organization_id = '{dental}'",
        calls[0]
    );
    assert_eq!(app.sql(&there), "VIP|t|4|t|Known by name|t");
    // And goes with it.
    app.sql(&format!("delete from calls where id = '{}'", calls[0]));
    let left = "select (select count(*) from call_tags) + (select count(*) from call_work) + (select count(*) from call_notes)";
    assert_eq!(app.sql(left), "0");
}

#[tokio::test]
async fn what_is_made_of_calls_belongs_to_the_tenant() {
    let (app, agency, calls) = with_calls(3).await;
    let call = calls[0].to_string();
    let vip = tag(&agency, "VIP").await.id.to_string();
    let note: Note = agency
        .post(&format!("/api/calls/{call}/notes"), &json!({"text": "ours"}))
        .await
        .json();
    let export: Value = agency
        .post("/api/exports", &json!({"format": "csv"}))
        .await
        .json();
    let subject = json!({"subject": {"call": calls[2]}, "confirmation": "erase"});
    let erasure: Value = agency.post("/api/erasures", &subject).await.json();
    app.run_jobs().await;
    let stranger = app.sign_in(CUSTOMER).await;
    let (export, erasure) = (export["id"].as_str().unwrap(), erasure["id"].as_str().unwrap());
    for (method, path, body) in
        crate::isolation::routes_of_work(&call, &vip, &note.id.to_string(), export, erasure)
    {
        let mut request = stranger.request(method.clone(), &path);
        if !body.is_null() {
            request = request.json(&body);
        }
        let reply = crate::harness::Reply::of(request).await;
        assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
    }
    let nothing = json!({"calls": [call], "read": true});
    let changed: Changed = stranger.post("/api/calls/bulk/read", &nothing).await.json();
    assert_eq!(changed.changed, 0);
    let foreign = json!({"calls": [call], "add": [vip]});
    let problem = stranger.post("/api/calls/bulk/tags", &foreign).await.problem();
    assert_eq!(problem.errors[0].field, "add");
    let kept =
        "select count(*), (select count(*) from call_notes), (select count(*) from call_exports) from tags";
    assert_eq!(app.sql(kept), "1|1|1");
}
