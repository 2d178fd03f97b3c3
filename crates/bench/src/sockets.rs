//! Ten thousand browsers on one server: how soon an event reaches the last of them, and what each costs in memory.
//!
//! Sockets are opened with API keys, because a sign-in costs a password hash each; from the greeting on the server treats
//! them as any other. Both processes hold a descriptor a socket, so the limit of open files is raised first, by the server
//! for itself too.

use crate::product::{Database, Product};
use crate::report::{Report, say};
use anyhow::{Context, Result, bail, ensure};
use futures::{SinkExt, StreamExt};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// As many as one user may have open.
const PER_USER: usize = 20;
/// Opened at a time: a key that the server does not know yet counts as a try until it is found, and many tries at once are
/// slowed down.
const AT_ONCE: usize = 1;
/// Events sent one after the other, each once the one before has reached everybody.
const EVENTS: usize = 20;
/// A turn of a call as people speak.
const WORDS: &str =
    "I would like to move my appointment to Thursday afternoon, if there is anything free after three.";
const PATIENCE: Duration = Duration::from_secs(30);

type Socket = WebSocketStream<TcpStream>;

pub async fn measure(report: &mut Report, wanted: usize) -> Result<()> {
    let (_, limit) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, limit, limit)?;
    ensure!(
        limit > wanted as u64 + 500,
        "this machine allows {limit} open files, which is too few for {wanted} sockets"
    );
    let database = Database::start()?;
    // Users are none of a browser: nobody answers pings later than that while memory is measured.
    let product = Product::start(&database, &["--no-worker"], &[("LIVE_PING_SECONDS", "60")]).await?;
    let owner = database.owner().await?;
    let keys = keys(&owner, wanted.div_ceil(PER_USER)).await?;
    // What the first sockets cause to be loaded is no socket's own.
    drop(open(&product, &keys, PER_USER).await?);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = product.resident_bytes()?;
    let began = Instant::now();
    let sockets = open(&product, &keys, wanted).await?;
    say(&format!(
        "{} sockets opened in {:.1} s",
        sockets.len(),
        began.elapsed().as_secs_f64()
    ));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = product.resident_bytes()?.saturating_sub(before) / wanted as u64;

    let heard = Arc::new(AtomicUsize::new(0));
    let (arrivals, mut arrived) = mpsc::unbounded_channel();
    for socket in sockets {
        tokio::spawn(read(socket, heard.clone(), arrivals.clone()));
    }
    drop(arrivals);
    let mut took = Vec::with_capacity(wanted * EVENTS);
    for event in 0..EVENTS {
        let committed = publish(&owner, event).await?;
        for _ in 0..wanted {
            let at: Instant = tokio::time::timeout(PATIENCE, arrived.recv())
                .await
                .context("an event did not reach everybody")?
                .context("sockets were closed")?;
            took.push(at.saturating_duration_since(committed));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    ensure!(
        heard.load(Ordering::Relaxed) == wanted * EVENTS,
        "an event came twice"
    );
    let after = product.resident_bytes()?.saturating_sub(before) / wanted as u64;
    took.sort_unstable();
    let percentile = |percent: usize| {
        let place = (took.len() * percent / 100).min(took.len().saturating_sub(1));
        took.get(place).copied().unwrap_or_default()
    };
    report.add(
        &format!("an event to {wanted} sockets on one server, from its commit, p99"),
        format!(
            "{:.0} ms (median {:.0} ms, last {:.0} ms; readers on the same two cores)",
            ms(percentile(99)),
            ms(percentile(50)),
            ms(percentile(100))
        ),
        "under 250 ms",
    );
    report.add(
        &format!("memory of a socket, of {wanted}, from the resident set"),
        format!(
            "{:.1} kB idle, {:.1} kB after {EVENTS} events",
            idle as f64 / 1_000.0,
            after as f64 / 1_000.0
        ),
        "under 40 kB",
    );
    product.kill()
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// Members of the demo's customer with an API key each, made behind the product's back.
async fn keys(owner: &tokio_postgres::Client, users: usize) -> Result<Vec<String>> {
    let secret = "0".repeat(64);
    owner
        .batch_execute(&format!(
            "INSERT INTO users (id, email, name, password_hash)
             SELECT gen_random_uuid(), 'socket-' || n || '@bench.test', 'Socket ' || n, '' FROM generate_series(1, {users}) n;
             INSERT INTO memberships (organization_id, user_id, role)
             SELECT o.id, u.id, 'customer_user' FROM users u, organizations o
             WHERE u.email LIKE 'socket-%@bench.test' AND o.slug = 'harbor-dental';
             INSERT INTO api_keys (id, organization_id, created_by, name, prefix, secret_hash, permissions)
             SELECT gen_random_uuid(), m.organization_id, m.user_id, 'Bench', 'sock' || lpad(row_number() OVER ()::text, 4, '0'),
                    sha256('{secret}'), '{{live.view,live.transcript}}'
             FROM memberships m JOIN users u ON u.id = m.user_id WHERE u.email LIKE 'socket-%@bench.test'"
        ))
        .await
        .context("making the members")?;
    Ok((1..=users).map(|n| format!("es_sock{n:04}_{secret}")).collect())
}

/// Opens so many sockets that are greeted and have resumed.
async fn open(product: &Product, keys: &[String], wanted: usize) -> Result<Vec<Socket>> {
    let address = product
        .base
        .strip_prefix("http://")
        .context("not an address of this machine")?
        .to_owned();
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    let mut opening = Vec::with_capacity(wanted);
    for n in 0..wanted {
        let key = keys.get(n / PER_USER).context("too few keys")?.clone();
        let (address, at_once) = (address.clone(), at_once.clone());
        opening.push(tokio::spawn(async move {
            let _place = at_once.acquire().await?;
            tokio::time::timeout(PATIENCE, open_one(&address, &key)).await?
        }));
    }
    let mut sockets = Vec::with_capacity(wanted);
    for socket in opening {
        sockets.push(socket.await??);
    }
    Ok(sockets)
}

async fn open_one(address: &str, key: &str) -> Result<Socket> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut request = format!("ws://{address}/api/live").into_client_request()?;
    request
        .headers_mut()
        .insert("authorization", format!("Bearer {key}").parse()?);
    // The readers' memory is not what is measured, but there must be enough of it.
    let small = WebSocketConfig::default()
        .read_buffer_size(1_024)
        .write_buffer_size(0);
    let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(small)).await?;
    let Some(Ok(Message::Text(hello))) = socket.next().await else {
        bail!("no greeting")
    };
    let hello: serde_json::Value = serde_json::from_str(&hello)?;
    let last = hello
        .get("last_event_id")
        .and_then(serde_json::Value::as_i64)
        .context("no greeting")?;
    let resume = serde_json::json!({ "type": "resume", "last_event_id": last });
    socket.send(Message::text(resume.to_string())).await?;
    Ok(socket)
}

/// Tells when each event arrives.
async fn read(mut socket: Socket, heard: Arc<AtomicUsize>, arrivals: mpsc::UnboundedSender<Instant>) {
    while let Some(Ok(message)) = socket.next().await {
        if matches!(message, Message::Text(_)) {
            heard.fetch_add(1, Ordering::Relaxed);
            if arrivals.send(Instant::now()).is_err() {
                return;
            }
        }
    }
}

/// A turn of a running call, as the product publishes it; the moment of its commit.
async fn publish(owner: &tokio_postgres::Client, position: usize) -> Result<Instant> {
    let event = serde_json::json!({
        "type": "call_turn", "call_id": uuid::Uuid::nil(),
        "turn": {
            "position": position, "speaker": "caller", "message": WORDS, "at_seconds": 1.5, "interrupted": false, "tools": []
        }
    });
    owner
        .batch_execute(&format!(
            "BEGIN;
             SELECT set_config('app.organization_id', id::text, true) FROM organizations WHERE slug = 'harbor-dental';
             SELECT publish_live_event('{event}');"
        ))
        .await?;
    let committed = Instant::now();
    owner.batch_execute("COMMIT").await?;
    Ok(committed)
}
