//! Live events over NATS: a real server of it between two of ours, and what happens when it is gone.

mod nats;

use crate::harness::{CUSTOMER, Client, Tab, TestApp};
use crate::live::{counts, publish, spoken, until};
use nats::Nats;
use server::app::App;
use shared::live::LiveEvent;
use std::net::TcpListener;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Another server of the same installation: where it answers, and its task, which ends it.
struct Sibling {
    base: String,
    app: App,
    listener: JoinHandle<()>,
}

async fn sibling(app: &TestApp, url: &str) -> Sibling {
    let sibling = app.sibling_with([("EVENT_BUS", "nats"), ("NATS_URL", url)]).await;
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", socket.local_addr().unwrap());
    tokio::spawn(server::serve::start(sibling.clone(), socket).unwrap());
    Sibling {
        base,
        listener: server::live::listener::spawn(sibling.clone()),
        app: sibling,
    }
}

async fn installation() -> (Nats, TestApp, Sibling) {
    let nats = Nats::start().await;
    let url = nats.url();
    let app = TestApp::start_with([("EVENT_BUS", "nats"), ("NATS_URL", &url)]).await;
    until(async || relays(&app) == 1).await;
    let other = sibling(&app, &url).await;
    // Both stand ready: an event that one hears comes over NATS.
    (nats, app, other)
}

/// Who listens to PostgreSQL for events: never more than one.
fn relays(app: &TestApp) -> i64 {
    let sql = "select count(*) from pg_locks l join pg_database d on d.oid = l.database
               where d.datname = current_database() and l.locktype = 'advisory' and l.objsubid = 2 and l.granted
                 and l.classid::bigint = (hashtext('live_relay')::bigint & 4294967295)";
    app.sql(sql).parse().unwrap()
}

/// A client of the sibling, with the session that was opened at the first server.
fn at(client: &Client, base: &str) -> Client {
    let mut client = client.clone();
    client.base = base.to_owned();
    client
}

async fn sockets(app: &TestApp, other: &Sibling) -> (Tab, Tab) {
    let client = app.sign_in(CUSTOMER).await;
    (
        Tab::watching(&client).await,
        Tab::watching_from(&at(&client, &other.base), &client.base).await,
    )
}

async fn hears(tab: &mut Tab, events: &[LiveEvent]) -> Vec<i64> {
    let mut ids = Vec::new();
    for event in events {
        let (id, heard) = tab.event().await;
        assert_eq!(&heard, event);
        ids.push(id);
    }
    ids
}

#[tokio::test]
async fn an_event_reaches_the_sockets_of_every_server_once_and_soon() {
    let (_nats, app, other) = installation().await;
    let (mut here, mut there) = sockets(&app, &other).await;
    let organization = app.organization("harbor-dental");
    // The first may still meet a subscription on its way.
    publish(&app, organization, counts(0)).await;
    for tab in [&mut here, &mut there] {
        hears(tab, &[counts(0)]).await;
    }
    let mut events: Vec<LiveEvent> = (1..40).map(counts).collect();
    // Longer than a notification: told by its id, read from the table.
    events.push(spoken(8_000));
    let began = Instant::now();
    let mut published = Vec::new();
    for event in &events {
        published.push(publish(&app, organization, event.clone()).await);
    }
    assert_eq!(hears(&mut here, &events).await, published);
    assert_eq!(hears(&mut there, &events).await, published);
    // By comparing with the table it would take ten seconds.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(relays(&app), 1);
}

#[tokio::test]
async fn without_nats_events_come_late_and_each_once() {
    let (mut nats, app, other) = installation().await;
    let (mut here, mut there) = sockets(&app, &other).await;
    let organization = app.organization("harbor-dental");
    publish(&app, organization, counts(1)).await;
    hears(&mut here, &[counts(1)]).await;
    hears(&mut there, &[counts(1)]).await;
    nats.down();
    let mut ids = Vec::new();
    for running in 2..10 {
        ids.push(publish(&app, organization, counts(running)).await);
    }
    let events: Vec<LiveEvent> = (2..10).map(counts).collect();
    let began = Instant::now();
    assert_eq!(hears(&mut here, &events).await, ids);
    assert_eq!(hears(&mut there, &events).await, ids);
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    // A browser that comes back meanwhile resumes from the table.
    let client = app.sign_in(CUSTOMER).await;
    let (mut tab, _) = Tab::open(&client).await;
    tab.resume(ids[2]).await;
    hears(&mut tab, &events[3..]).await;

    nats.up().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    for running in 10..30 {
        publish(&app, organization, counts(running)).await;
    }
    let events: Vec<LiveEvent> = (10..30).map(counts).collect();
    for tab in [&mut here, &mut there, &mut tab] {
        hears(tab, &events).await;
    }
}

#[tokio::test]
async fn another_server_hands_events_on_when_the_one_that_did_is_gone() {
    let (_nats, app, other) = installation().await;
    let url = app.app.config.bus.clone();
    assert!(format!("{url:?}").contains("127.0.0.1"));
    let (mut here, mut there) = sockets(&app, &other).await;
    let organization = app.organization("harbor-dental");
    publish(&app, organization, counts(1)).await;
    hears(&mut here, &[counts(1)]).await;
    hears(&mut there, &[counts(1)]).await;
    // Its session with the database is cut, as when its process is killed.
    let holder = "select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
                  where d.datname = current_database() and l.locktype = 'advisory' and l.objsubid = 2
                    and l.classid::bigint = (hashtext('live_relay')::bigint & 4294967295)";
    assert_eq!(app.sql(holder), "t");
    let mut ids = Vec::new();
    for running in 2..30 {
        ids.push(publish(&app, organization, counts(running)).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let events: Vec<LiveEvent> = (2..30).map(counts).collect();
    assert_eq!(hears(&mut here, &events).await, ids);
    assert_eq!(hears(&mut there, &events).await, ids);
    assert_eq!(relays(&app), 1);
    // And when a whole server goes, the other one is left with everything.
    other.listener.abort();
    other.app.hub.stop();
    until(async || relays(&app) == 1).await;
    publish(&app, organization, counts(99)).await;
    hears(&mut here, &[counts(99)]).await;
}
