//! Recordings and pictures in a store of the network, and the switch to it. The store is moto, as in the tests of `crates/storage`.

use crate::harness::{AGENCY, Client, Reply, TestApp};
use reqwest::Method;
use shared::branding::Branding;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use storage::{Provider, StorageKey};
use test_tools::StandIn;

struct S3 {
    _server: StandIn,
    endpoint: String,
}

impl S3 {
    async fn start() -> Self {
        let server = tokio::task::spawn_blocking(|| {
            let folder = test_tools::package().join("../storage/tests/conformance");
            let python = test_tools::python(&folder.join("requirements.txt"));
            StandIn::start(Command::new(python).arg(folder.join("s3.py")))
        });
        let server = server.await.unwrap();
        Self {
            endpoint: format!("http://127.0.0.1:{}", server.port()),
            _server: server,
        }
    }

    fn settings<'a>(&'a self, provider: &'a str) -> [(&'a str, &'a str); 6] {
        [
            ("STORAGE_PROVIDER", provider),
            ("S3_BUCKET", "recordings"),
            ("S3_ENDPOINT", &self.endpoint),
            ("S3_ACCESS_KEY_ID", "test"),
            ("S3_SECRET_ACCESS_KEY", "test"),
            ("STORAGE_DIRECT_DOWNLOADS", "true"),
        ]
    }
}

fn few() -> simulator::Options {
    simulator::Options {
        conversations: 30,
        live: 0,
        ..simulator::Options::default()
    }
}

fn call(app: &TestApp) -> String {
    app.sql("select id from calls where recording = 'available' order by started_at desc limit 1")
}

#[tokio::test]
async fn recordings_live_in_s3_and_are_saved_from_there() {
    let s3 = S3::start().await;
    let app = TestApp::start_with(s3.settings("s3")).await;
    app.simulator_with(few());
    let client = app.sign_in(AGENCY).await;
    app.connect_simulator(&client).await;
    assert_eq!(app.sql("select distinct location from recordings"), "s3");
    let call = call(&app);
    let whole = client.get(&format!("/api/calls/{call}/recording")).await;
    assert_eq!(
        (whole.status.as_u16(), whole.header("content-type")),
        (200, "audio/mpeg")
    );
    let request = client
        .request(Method::GET, &format!("/api/calls/{call}/recording"))
        .header("range", "bytes=100-199");
    let part = Reply::of(request).await;
    assert_eq!(
        (part.status.as_u16(), part.body),
        (206, whole.body.slice(100..200))
    );
    // Saving goes to the store itself, by a link of its own, which wants neither cookie nor key.
    let plain = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let path = format!("{}/api/calls/{call}/recording/file", app.base);
    let sent = plain
        .get(path)
        .header("cookie", client.cookie.as_ref().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 302);
    let link = sent.headers()["location"].to_str().unwrap().to_owned();
    assert!(
        link.starts_with(&s3.endpoint) && link.contains("X-Amz-Expires=60"),
        "{link}"
    );
    let saved = plain.get(link).send().await.unwrap();
    let disposition = saved.headers()["content-disposition"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(disposition, format!("attachment; filename=\"{call}.mp3\""));
    assert_eq!(saved.bytes().await.unwrap(), whole.body);
}

async fn with_recordings() -> (TestApp, Client) {
    let app = TestApp::start().await;
    app.simulator_with(few());
    let client = app.sign_in(AGENCY).await;
    app.connect_simulator(&client).await;
    (app, client)
}

fn count(app: &TestApp, location: &str) -> i64 {
    app.sql(&format!(
        "select count(*) from recordings where location = '{location}'"
    ))
    .parse()
    .unwrap()
}

fn move_storage(app: &TestApp, s3: &S3, more: &[&str]) -> Command {
    let arguments = [&["admin", "move-storage", "--from", "local", "--to", "s3"], more].concat();
    let mut command = app.program(&arguments, &s3.settings("s3"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[tokio::test]
async fn a_switch_survives_being_killed_and_leaves_nothing_out_of_reach() {
    let (app, client) = with_recordings().await;
    // Pictures go along.
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><circle r=\"3\"/></svg>";
    let logo = client
        .request(Method::PUT, "/api/branding/pictures/logo")
        .body(svg);
    let logo = Reply::of(logo).await.json::<Branding>().look.logo.unwrap();
    let picture = StorageKey::new(logo.replacen("/brand/", "branding/", 1)).unwrap();
    let s3 = S3::start().await;
    let total = count(&app, "local");
    assert!(total > 10, "{total}");
    let mut running = move_storage(&app, &s3, &["--jobs", "1"]).spawn().unwrap();
    let begun = Instant::now();
    while count(&app, "s3") < 3 {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing moved");
        assert!(
            running.try_wait().unwrap().is_none(),
            "it ended too early to be killed"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    running.kill().unwrap();
    running.wait().unwrap();
    let moved = count(&app, "s3");
    assert!(moved >= 3 && moved < total, "{moved} of {total}");
    // A server with both stores plays what lies in either, in the middle of it.
    let both = app.sibling_with(s3.settings("s3")).await;
    for location in ["local", "s3"] {
        let key = app.sql(&format!(
            "select storage_key from recordings where location = '{location}' limit 1"
        ));
        let store = both.storage.at(Provider::parse(location).unwrap()).unwrap();
        store.head(&StorageKey::new(key).unwrap()).await.unwrap();
    }
    // The rest, from where it stopped.
    let done = move_storage(&app, &s3, &[]).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        done.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let last = said.lines().last().unwrap();
    let wanted = format!("{} moved, 1 there already, 0 gone, 0 failed", total - moved);
    assert!(last.contains(&wanted), "{last}");
    assert_eq!((count(&app, "local"), count(&app, "s3")), (0, total));
    // Whole: as the rows know them, and the old copies stay until somebody says otherwise.
    let rows = app.sql("select storage_key, encode(sha256, 'hex') from recordings");
    for row in rows.lines() {
        let (key, digest) = row.split_once('|').unwrap();
        let key = StorageKey::new(key).unwrap();
        let (_, body) = both.storage.current().get(&key, None).await.unwrap();
        let body = storage::read_to_vec(body, 100_000_000).await.unwrap();
        assert_eq!(sha256(&body), digest);
        app.app.storage.current().head(&key).await.unwrap();
    }
    let deleted = move_storage(&app, &s3, &["--delete-source"]).output().unwrap();
    assert!(
        deleted.status.success(),
        "{}",
        String::from_utf8_lossy(&deleted.stderr)
    );
    for row in rows.lines() {
        let key = StorageKey::new(row.split('|').next().unwrap()).unwrap();
        assert!(app.app.storage.current().head(&key).await.is_err());
        both.storage.current().head(&key).await.unwrap();
    }
    both.storage.current().head(&picture).await.unwrap();
    assert!(app.app.storage.current().head(&picture).await.is_err());
    // This server does not know the store: it says so and loses nothing.
    let call = call(&app);
    let reply = client
        .get(&format!("/api/calls/{call}/recording"))
        .await
        .problem();
    assert!(reply.detail.unwrap().contains("not set up"));
    assert_eq!(count(&app, "s3"), total);
}

fn sha256(body: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[tokio::test]
async fn a_damaged_object_is_not_moved_and_is_named() {
    let (app, _client) = with_recordings().await;
    let s3 = S3::start().await;
    let key = app.sql("select storage_key from recordings order by call_id limit 1");
    let key = StorageKey::new(key).unwrap();
    let len = app.sql(&format!(
        "select bytes from recordings where storage_key = '{key}'"
    ));
    let other = vec![7_u8; len.parse().unwrap()];
    let mp3 = storage::ContentType::new("audio/mpeg");
    let put = app
        .app
        .storage
        .current()
        .put(&key, mp3, storage::byte_stream(other), None);
    put.await.unwrap();
    let done = move_storage(&app, &s3, &["--delete-source"]).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        !done.status.success() && said.contains("not what was stored: its digest"),
        "{said}"
    );
    assert_eq!(count(&app, "local"), 1);
    // Neither is the bad copy kept, nor the only one thrown away.
    app.app.storage.current().head(&key).await.unwrap();
    let both = app.sibling_with(s3.settings("s3")).await;
    assert!(both.storage.current().head(&key).await.is_err());
}

#[tokio::test]
async fn an_erased_call_is_gone_from_every_store() {
    let (app, client) = with_recordings().await;
    let s3 = S3::start().await;
    assert!(move_storage(&app, &s3, &[]).output().unwrap().status.success());
    let keys = app.sql("select storage_key from recordings");
    let connection = app.connection(&client).await.id;
    client.delete(&format!("/api/connections/{connection}")).await;
    let both = app.sibling_with(s3.settings("s3")).await;
    let options = jobs::UntilIdle {
        ignore_back_off: true,
    };
    server::worker::runner(&both)
        .run_until_idle(options)
        .await
        .unwrap();
    for key in keys.lines() {
        let key = StorageKey::new(key).unwrap();
        assert!(both.storage.current().head(&key).await.is_err());
        assert!(
            app.app.storage.current().head(&key).await.is_err(),
            "a copy was left behind"
        );
    }
}
