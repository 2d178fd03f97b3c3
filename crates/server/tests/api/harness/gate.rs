//! A gate between a server and its database that a test can shut: what the server sees when PostgreSQL goes away.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

const SOCKET: &str = ".s.PGSQL.5432";

/// Lets connections through while it is open; shutting it cuts those that are through.
pub struct Gate {
    dir: tempfile::TempDir,
    /// Where PostgreSQL listens.
    target: PathBuf,
    /// The database and the role, as the original URL has them.
    url: url::Url,
    shut: Mutex<CancellationToken>,
}

impl Gate {
    /// An open gate in front of the database under this URL of a socket folder.
    pub fn before(url: &str) -> Self {
        let url: url::Url = url.parse().unwrap();
        let (_, folder) = url.query_pairs().find(|(name, _)| name == "host").unwrap();
        let gate = Self {
            dir: tempfile::tempdir().unwrap(),
            target: Path::new(folder.as_ref()).join(SOCKET),
            url: url.clone(),
            shut: Mutex::default(),
        };
        gate.open();
        gate
    }

    /// The database through this gate.
    pub fn url(&self) -> String {
        let (_, user) = self.url.query_pairs().find(|(name, _)| name == "user").unwrap();
        format!(
            "postgresql://{}?host={}&user={user}",
            self.url.path(),
            self.dir.path().display()
        )
    }

    pub fn open(&self) {
        let listener = UnixListener::bind(self.dir.path().join(SOCKET)).unwrap();
        let shut = CancellationToken::new();
        *self.shut.lock().unwrap() = shut.clone();
        let target = self.target.clone();
        tokio::spawn(async move {
            while let Some(Ok((server, _))) = shut.run_until_cancelled(listener.accept()).await {
                let (target, shut) = (target.clone(), shut.clone());
                tokio::spawn(async move { shut.run_until_cancelled(pass(server, &target)).await });
            }
        });
    }

    /// Cuts every connection and lets none through any more.
    pub fn shut(&self) {
        self.shut.lock().unwrap().cancel();
        std::fs::remove_file(self.dir.path().join(SOCKET)).unwrap();
    }
}

async fn pass(mut server: UnixStream, target: &Path) {
    let mut database = UnixStream::connect(target).await.unwrap();
    // Either end may hang up at any moment.
    let _ = tokio::io::copy_bidirectional(&mut server, &mut database).await;
}
