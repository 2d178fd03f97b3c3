//! Which code runs for which stored name.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use serde_json::Value;

use crate::{BackgroundJob, JobError, JobMeta};

type Run<C> = dyn Fn(C, Value, JobMeta) -> BoxFuture<'static, Result<(), JobError>> + Send + Sync;

/// One registered job type, its own type erased.
pub(crate) struct Handler<C> {
    pub(crate) queue: &'static str,
    pub(crate) timeout: Duration,
    pub(crate) run: Arc<Run<C>>,
}

pub(crate) struct Registry<C> {
    handlers: HashMap<&'static str, Handler<C>>,
}

impl<C: Clone + Send + Sync + 'static> Registry<C> {
    pub(crate) fn new() -> Self {
        Self {
            handlers: HashMap::new(),
        }
    }

    pub(crate) fn register<J: BackgroundJob<Context = C>>(&mut self) {
        let handler = Handler {
            queue: J::QUEUE,
            timeout: J::TIMEOUT,
            run: Arc::new(|context, payload, meta| {
                async move {
                    // A payload that does not parse today will not parse tomorrow.
                    let job: J = serde_json::from_value(payload).map_err(JobError::permanent)?;
                    job.run(context, meta).await
                }
                .boxed()
            }),
        };
        if self.handlers.insert(J::NAME, handler).is_some() {
            tracing::warn!(
                job.name = J::NAME,
                "Two job types share a name, the later one is used"
            );
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Handler<C>> {
        self.handlers.get(name)
    }

    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.handlers.keys().copied().collect()
    }

    pub(crate) fn queues(&self) -> impl Iterator<Item = &'static str> {
        self.handlers.values().map(|handler| handler.queue)
    }
}
