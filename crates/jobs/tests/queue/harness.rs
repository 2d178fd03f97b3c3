//! A database per test, and jobs that do what their payload says.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use diesel::{QueryableByName, sql_query, sql_types};
use diesel_async::{
    AsyncPgConnection, RunQueryDsl,
    pooled_connection::{AsyncDieselConnectionManager, deadpool::Object},
};
use echosensei_jobs::{BackOff, BackgroundJob, Enqueue, JobError, JobMeta, Pool, Runner, enqueue};
use local_postgres::testing::{self, TestDatabase};
use serde::{Deserialize, Serialize};

pub const UP: &str = include_str!("../../../../migrations/20261122000100_create_jobs/up.sql");

/// What one run does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    Succeed,
    Fail,
    /// Fails and names its own delay, in seconds.
    FailAfter(u64),
    Permanent,
    /// In milliseconds.
    Snooze(u64),
    Panic,
    /// In milliseconds.
    Take(u64),
}

/// The n-th run of a label does the n-th step, then the last one again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scripted {
    pub label: String,
    pub steps: Vec<Step>,
}

/// A run as the context saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    pub label: String,
    pub attempt: i32,
    pub at: Instant,
}

/// What all runs of a test share.
#[derive(Debug, Clone, Default)]
pub struct Diary(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    begun: Vec<Seen>,
    ended: Vec<String>,
    at_once: HashMap<String, usize>,
    most_at_once: HashMap<String, usize>,
}

impl Diary {
    pub fn begun(&self) -> Vec<Seen> {
        self.0.lock().unwrap().begun.clone()
    }

    pub fn begun_labels(&self) -> Vec<String> {
        self.begun().into_iter().map(|seen| seen.label).collect()
    }

    /// Labels of runs that came to their own end, cut-off ones not.
    pub fn ended(&self) -> Vec<String> {
        self.0.lock().unwrap().ended.clone()
    }

    /// How many runs of `label` there were at the same time, at most.
    pub fn most_at_once(&self, label: &str) -> usize {
        self.0.lock().unwrap().most_at_once[label]
    }

    pub async fn wait_begun(&self, count: usize) {
        self.wait(|book| book.begun.len() >= count).await;
    }

    pub async fn wait_ended(&self, count: usize) {
        self.wait(|book| book.ended.len() >= count).await;
    }

    async fn wait(&self, is_there: impl Fn(&Book) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !is_there(&self.0.lock().unwrap()) {
            assert!(Instant::now() < deadline, "waited in vain: {self:?}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Counts a run as over however it ends.
struct Running(Diary, String);

impl Drop for Running {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap().at_once.get_mut(&self.1).unwrap() -= 1;
    }
}

async fn follow(job: &Scripted, diary: Diary, meta: &JobMeta) -> Result<(), JobError> {
    let (_running, nth) = {
        let mut book = diary.0.lock().unwrap();
        let nth = book.begun.iter().filter(|seen| seen.label == job.label).count();
        book.begun.push(Seen {
            label: job.label.clone(),
            attempt: meta.attempt,
            at: Instant::now(),
        });
        let now = book.at_once.entry(job.label.clone()).or_default();
        *now += 1;
        let now = *now;
        let most = book.most_at_once.entry(job.label.clone()).or_default();
        *most = now.max(*most);
        (Running(diary.clone(), job.label.clone()), nth)
    };
    let step = job.steps.get(nth).or(job.steps.last()).unwrap_or(&Step::Succeed);
    let result = match step {
        Step::Succeed => Ok(()),
        Step::Fail => Err(anyhow::anyhow!("the cause").context("the work failed").into()),
        Step::FailAfter(seconds) => Err(JobError::retry_after(
            anyhow::anyhow!("asked to wait"),
            Duration::from_secs(*seconds),
        )),
        Step::Permanent => Err(JobError::permanent(anyhow::anyhow!("it cannot be done"))),
        Step::Snooze(pause) => Err(JobError::Snooze(Duration::from_millis(*pause))),
        Step::Panic => panic!("the job panicked on purpose"),
        Step::Take(duration) => {
            tokio::time::sleep(Duration::from_millis(*duration)).await;
            Ok(())
        }
    };
    diary.0.lock().unwrap().ended.push(job.label.clone());
    result
}

impl BackgroundJob for Scripted {
    const NAME: &'static str = "scripted";
    const MAX_ATTEMPTS: i32 = 3;
    type Context = Diary;

    async fn run(&self, diary: Diary, meta: JobMeta) -> Result<(), JobError> {
        follow(self, diary, &meta).await
    }
}

/// As [`Scripted`], but cancelled after 100 ms.
#[derive(Debug, Serialize, Deserialize)]
pub struct Impatient(pub Scripted);

impl BackgroundJob for Impatient {
    const NAME: &'static str = "impatient";
    const TIMEOUT: Duration = Duration::from_millis(100);
    type Context = Diary;

    async fn run(&self, diary: Diary, meta: JobMeta) -> Result<(), JobError> {
        follow(&self.0, diary, &meta).await
    }
}

pub fn scripted(label: &str, steps: &[Step]) -> Scripted {
    Scripted {
        label: label.into(),
        steps: steps.into(),
    }
}

/// One test's database with the queue's table in it.
pub struct World {
    pub database: TestDatabase,
    pub pool: Pool,
    pub diary: Diary,
}

#[derive(Debug, QueryableByName)]
pub struct Row {
    #[diesel(sql_type = sql_types::Text)]
    pub state: String,
    #[diesel(sql_type = sql_types::Integer)]
    pub attempts: i32,
    /// Seconds until the job is due, negative when it is.
    #[diesel(sql_type = sql_types::Double)]
    pub due_in: f64,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    pub last_error: Option<String>,
}

impl World {
    pub async fn new() -> Self {
        let database = tokio::task::spawn_blocking(testing::cluster).await.unwrap();
        let mut hasher = DefaultHasher::new();
        UP.hash(&mut hasher);
        let template = format!("tpl_jobs_{:016x}", hasher.finish());
        database
            .ensure_template_async(&template, async |url| -> anyhow::Result<()> {
                let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
                let connection = tokio::spawn(connection);
                client.batch_execute(UP).await?;
                drop(client);
                Ok(connection.await??)
            })
            .await
            .unwrap();
        let database = database.database_from(&template);
        let manager = AsyncDieselConnectionManager::new(database.app_url());
        let pool = Pool::builder(manager).max_size(8).build().unwrap();
        Self {
            database,
            pool,
            diary: Diary::default(),
        }
    }

    /// Looks often, so that tests are short; backs off for long, so that no
    /// retry slips in between.
    pub fn runner(&self) -> Runner<Diary> {
        Runner::new(self.pool.clone(), self.diary.clone())
            .register::<Scripted>()
            .register::<Impatient>()
            .queue("default", 8)
            .poll_interval(Duration::from_millis(20))
            .back_off(BackOff {
                base: Duration::from_secs(100),
                cap: Duration::from_secs(1000),
            })
    }

    pub async fn conn(&self) -> Object<AsyncPgConnection> {
        self.pool.get().await.unwrap()
    }

    pub async fn enqueue(&self, job: &impl BackgroundJob, options: Enqueue) -> Option<i64> {
        enqueue(&mut *self.conn().await, job, options).await.unwrap()
    }

    pub async fn sql(&self, sql: &str) -> usize {
        sql_query(sql).execute(&mut *self.conn().await).await.unwrap()
    }

    pub async fn rows(&self) -> Vec<Row> {
        sql_query(
            "SELECT state, attempts, last_error,
                    extract(epoch FROM run_at - now())::float8 AS due_in FROM jobs ORDER BY id",
        )
        .load(&mut *self.conn().await)
        .await
        .unwrap()
    }

    /// Waits until the queue's rows are as wanted.
    pub async fn wait_rows(&self, is_there: impl Fn(&[Row]) -> bool) -> Vec<Row> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let rows = self.rows().await;
            if is_there(&rows) {
                return rows;
            }
            assert!(Instant::now() < deadline, "waited in vain: {rows:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

pub fn unique(key: &str) -> Enqueue {
    Enqueue {
        unique_key: Some(key.into()),
        ..Enqueue::default()
    }
}
