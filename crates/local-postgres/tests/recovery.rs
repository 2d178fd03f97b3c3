//! What the product promises of its own PostgreSQL: found, recovered, never lost.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use echosensei_local_postgres::{LocalPostgres, Options, Running};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio_postgres::{Client, NoTls};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A folder of one test; its cluster is stopped by `Running` before this goes.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!(
            "echosensei-it-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn options(&self) -> Options {
        Options::new(self.0.join("postgres"))
    }

    fn start(&self) -> Running {
        LocalPostgres::start(&self.options()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Leaves a row behind, as owner, that the app role may read.
async fn keep_a_row(running: &Running) {
    let client = connect(&running.owner_url()).await;
    let sql = "create table kept (word text); grant select on kept to echosensei_app; insert into kept values ('here')";
    client.batch_execute(sql).await.unwrap();
}

async fn assert_row_is_kept(running: &Running) {
    let client = connect(&running.app_url()).await;
    let row = client.query_one("select word from kept", &[]).await.unwrap();
    assert_eq!(row.get::<_, String>(0), "here");
}

fn postmaster(data: &Path) -> Pid {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap();
    Pid::from_raw(text.lines().next().unwrap().trim().parse().unwrap())
}

/// A zombie, which a container without init keeps, counts as gone.
fn is_alive(pid: Pid) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    kill(pid, None).is_ok() && !state.contains(") Z ")
}

fn socket_dir(running: &Running) -> String {
    running.app_url().split(['=', '&']).nth(1).unwrap().to_owned()
}

/// Another process that holds the same cluster.
fn hold(folder: &Folder) -> Child {
    let me = std::env::current_exe().unwrap();
    let program = me
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("examples/hold_local_postgres");
    let mut child = Command::new(program)
        .arg(folder.options().data_dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    assert!(url.starts_with("postgresql:///echosensei?"), "{url}");
    child
}

#[tokio::test]
async fn the_server_role_is_bound_by_row_level_security() {
    let folder = Folder::new();
    let running = folder.start();
    for url in [running.app_url(), running.owner_url()] {
        let client = connect(&url).await;
        let sql = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user";
        assert!(!client.query_one(sql, &[]).await.unwrap().get::<_, bool>(0));
    }
    let refused = connect(&running.app_url())
        .await
        .batch_execute("create table sneaky ()")
        .await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn only_the_owner_of_the_cluster_reaches_its_socket_and_no_port_is_open() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let running = folder.start();
    let client = connect(&running.owner_url()).await;
    let row = client
        .query_one("select current_setting('listen_addresses')", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, String>(0), "");
    let mode = fs::metadata(socket_dir(&running)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[tokio::test]
async fn a_stop_ends_the_cluster_and_the_next_start_finds_the_data() {
    let folder = Folder::new();
    let running = folder.start();
    keep_a_row(&running).await;
    let pid = postmaster(&running.data_dir());
    running.stop().unwrap();
    assert!(!is_alive(pid));
    assert_row_is_kept(&folder.start()).await;
}

#[tokio::test]
async fn two_starts_share_one_cluster_and_the_last_to_leave_stops_it() {
    let folder = Folder::new();
    let first = folder.start();
    let mut second = hold(&folder);
    let pid = postmaster(&first.data_dir());
    first.stop().unwrap();
    assert!(is_alive(pid), "the other process still uses it");
    drop(second.stdin.take());
    assert!(second.wait().unwrap().success());
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn starts_at_the_same_moment_make_one_cluster() {
    let folder = Folder::new();
    let starts: Vec<_> = (0..4)
        .map(|_| folder.options())
        .map(|options| std::thread::spawn(move || LocalPostgres::start(&options).unwrap()))
        .collect();
    let running: Vec<_> = starts.into_iter().map(|start| start.join().unwrap()).collect();
    keep_a_row(&running[0]).await;
    for one in &running {
        assert_row_is_kept(one).await;
    }
}

#[tokio::test]
async fn a_killed_postmaster_is_recovered_with_its_data() {
    let folder = Folder::new();
    let running = folder.start();
    keep_a_row(&running).await;
    let pid = postmaster(&running.data_dir());
    kill(pid, Signal::SIGKILL).unwrap();
    let again = folder.start();
    assert_ne!(postmaster(&again.data_dir()), pid);
    assert_row_is_kept(&again).await;
}

#[tokio::test]
async fn a_pid_file_whose_number_belongs_to_another_process_is_no_obstacle() {
    let folder = Folder::new();
    let running = folder.start();
    keep_a_row(&running).await;
    let data = running.data_dir();
    running.stop().unwrap();
    // What a power cut and a reboot leave: the old number is somebody else's now.
    let socket_dir = data.parent().unwrap().display().to_string();
    fs::write(
        data.join("postmaster.pid"),
        format!("{}\n{socket_dir}\n", std::process::id()),
    )
    .unwrap();
    assert_row_is_kept(&folder.start()).await;
}

#[tokio::test]
async fn a_cluster_whose_starter_was_killed_is_adopted_and_stopped_by_the_next() {
    let folder = Folder::new();
    let mut starter = hold(&folder);
    starter.kill().unwrap();
    starter.wait().unwrap();
    let adopted = folder.start();
    let pid = postmaster(&adopted.data_dir());
    keep_a_row(&adopted).await;
    assert_row_is_kept(&adopted).await;
    adopted.stop().unwrap();
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn a_cluster_that_lost_its_socket_is_restarted() {
    let folder = Folder::new();
    let running = folder.start();
    keep_a_row(&running).await;
    fs::remove_dir_all(socket_dir(&running)).unwrap();
    assert_row_is_kept(&folder.start()).await;
}

#[tokio::test]
async fn an_interrupted_initdb_is_begun_anew() {
    let folder = Folder::new();
    let running = folder.start();
    let root = running.data_dir().parent().unwrap().to_owned();
    running.stop().unwrap();
    fs::rename(root.join("data"), root.join("data.new")).unwrap();
    fs::remove_file(root.join("data.new/global/pg_control")).unwrap();
    let again = folder.start();
    keep_a_row(&again).await;
    assert_row_is_kept(&again).await;
}
