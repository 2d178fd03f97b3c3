//! One cluster: made once, then started, adopted or recovered, and stopped.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::account::Account;
use crate::place::{Place, make_private};
use crate::psql::{self, SUPERUSER};
use crate::settings::{self, Durability};
use crate::{Binaries, Error, command, install, remains};

/// Longest wait for a cluster to accept connections: crash recovery of a development
/// database takes seconds.
const START_LIMIT: Duration = Duration::from_secs(120);

pub(crate) struct Cluster {
    pub(crate) place: Place,
    pub(crate) binaries: Binaries,
    account: Account,
}

impl Cluster {
    /// Chooses the user, the place and the programs; starts nothing.
    pub(crate) fn prepare(wanted: &Path, announce: &dyn Fn(&str)) -> Result<Self, Error> {
        // First the programs: installing them is what creates the user `postgres`.
        let early = Place {
            root: wanted.to_owned(),
            socket_dir: wanted.to_owned(),
        };
        let mut binaries = install::find_or_install(early.data_major(), announce)?;
        let account = Account::choose(&early.data())?;
        let place = Place::prepare(wanted, &account, announce)?;
        if let Some(major) = place.data_major().filter(|major| *major != binaries.major()) {
            binaries = install::find_or_install(Some(major), announce)?;
        }
        Ok(Self {
            place,
            binaries,
            account,
        })
    }

    /// Brings the cluster up, whatever state it is in. The caller holds the change lock.
    pub(crate) fn ensure_up(&self, durability: Durability, announce: &dyn Fn(&str)) -> Result<(), Error> {
        if self.answers() || self.wait_for_living()? {
            return Ok(());
        }
        remains::clear(&self.place);
        self.place.prepare_socket_dir(&self.account)?;
        make_private(&self.place.log_dir(), &self.account)?;
        self.init_once(announce)?;
        settings::write(&self.place, durability)?;
        self.launch()
    }

    /// Whether our own cluster, and no other behind the same socket, answers.
    pub(crate) fn answers(&self) -> bool {
        if !remains::socket_exists(&self.place.socket_dir) {
            return false;
        }
        let asked = psql::run(
            &self.binaries,
            &self.place.socket_dir,
            "postgres",
            "show data_directory",
        );
        let Ok(found) = asked else { return false };
        let ours = self.place.data();
        fs::canonicalize(found).ok() == Some(fs::canonicalize(&ours).unwrap_or(ours))
    }

    /// A postmaster that lives but does not answer is starting, recovering, going down, or
    /// has lost its socket. True when it came up; false when it is gone.
    fn wait_for_living(&self) -> Result<bool, Error> {
        let deadline = Instant::now() + START_LIMIT;
        let mut without_socket = 0_u32;
        while remains::postmaster(&self.place).is_some() {
            if self.answers() {
                return Ok(true);
            }
            without_socket = if remains::socket_exists(&self.place.socket_dir) {
                0
            } else {
                without_socket + 1
            };
            // The socket is made within the first moments of a start, before recovery.
            if without_socket > 50 || Instant::now() > deadline {
                self.shut_down()?;
                return Ok(false);
            }
            sleep(Duration::from_millis(100));
        }
        Ok(false)
    }

    /// `initdb` into a folder beside, then a rename: an interrupted one is never mistaken for
    /// a cluster, and removing its half cannot lose data.
    fn init_once(&self, announce: &dyn Fn(&str)) -> Result<(), Error> {
        let data = self.place.data();
        if data.join("PG_VERSION").exists() {
            return Ok(());
        }
        announce(&format!(
            "making a PostgreSQL {} data folder in {}",
            self.binaries.major(),
            data.display()
        ));
        let fresh = self.place.root.join("data.new");
        if fresh.exists() {
            fs::remove_dir_all(&fresh).map_err(Error::io(format!("removing {}", fresh.display())))?;
        }
        // macOS has no C.UTF-8; C sorts the same way.
        let locale = if cfg!(target_os = "macos") {
            "--locale=C"
        } else {
            "--locale=C.UTF-8"
        };
        command::output(
            self.account
                .command(self.binaries.program("initdb"))
                .args(["--encoding=UTF8", locale, "--auth=trust", "--no-instructions"])
                .args(["--username", SUPERUSER])
                .arg("--pgdata")
                .arg(&fresh),
        )?;
        fs::rename(&fresh, &data).map_err(Error::io(format!("renaming {}", fresh.display())))
    }

    /// Retried, because after a kill -9 of the postmaster its children need a moment to go and
    /// until then the shared memory is "still in use".
    fn launch(&self) -> Result<(), Error> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            if self.pg_ctl("start", &["-w", "-t", "120"])? || self.answers() {
                return Ok(());
            }
            let log = self.log_tail();
            if !log.contains("still in use") || Instant::now() > deadline {
                return Err(Error::Start {
                    data: self.place.data(),
                    log,
                });
            }
            sleep(Duration::from_millis(200));
        }
    }

    /// Fast shutdown: open transactions are rolled back, everything committed is kept.
    pub(crate) fn shut_down(&self) -> Result<(), Error> {
        let Some(pid) = remains::postmaster(&self.place) else {
            return Ok(());
        };
        let asked = self.pg_ctl("stop", &["-m", "fast", "-w", "-t", "60"])?;
        if !asked && remains::postmaster(&self.place).is_some() {
            return Err(Error::Command {
                command: "pg_ctl stop".into(),
                output: self.log_tail(),
            });
        }
        // pg_ctl waits for the pid file only, which goes a moment before the process.
        let deadline = Instant::now() + Duration::from_secs(10);
        while remains::alive(pid) && Instant::now() < deadline {
            sleep(Duration::from_millis(10));
        }
        remains::clear(&self.place);
        let _ = fs::remove_dir(&self.place.socket_dir);
        Ok(())
    }

    /// The output goes to a file, not to a pipe: the postmaster inherits it and would keep a pipe open.
    fn pg_ctl(&self, action: &str, args: &[&str]) -> Result<bool, Error> {
        let log = self.place.log_dir().join("start.log");
        let out = File::create(&log).map_err(Error::io(format!("creating {}", log.display())))?;
        let err = out.try_clone().map_err(Error::io("sharing the start log"))?;
        let status = self
            .account
            .command(self.binaries.program("pg_ctl"))
            .arg(action)
            .arg("-D")
            .arg(self.place.data())
            .args(args)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .status()
            .map_err(Error::io("running pg_ctl"))?;
        Ok(status.success())
    }

    fn log_tail(&self) -> String {
        let mut files: Vec<_> = self
            .place
            .log_dir()
            .read_dir()
            .into_iter()
            .flatten()
            .flatten()
            .collect();
        files.sort_by_key(|file| file.metadata().and_then(|metadata| metadata.modified()).ok());
        let text: String = files
            .iter()
            .filter_map(|file| fs::read_to_string(file.path()).ok())
            .collect();
        let lines: Vec<_> = text.lines().collect();
        lines
            .get(lines.len().saturating_sub(20)..)
            .unwrap_or_default()
            .join("\n")
    }
}
