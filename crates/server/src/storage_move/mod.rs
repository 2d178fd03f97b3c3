//! The switch from one store to another, object by object, while servers go on.
//!
//! The row says where an object lies and is changed only when the other store has it whole; so nothing has to be remembered of a run,
//! and one that was killed is simply begun again. [`copy`] moves one body, [`recordings`] and [`pictures`] say which.

mod copy;
mod pictures;
mod recordings;

use crate::app::App;
use std::sync::Arc;
use storage::{Provider, Storage};

/// What to move where.
#[derive(Clone)]
pub struct Move {
    pub from: (Provider, Arc<dyn Storage>),
    pub to: (Provider, Arc<dyn Storage>),
    /// Objects that are copied side by side.
    pub jobs: usize,
    pub delete_source: bool,
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub total: u64,
    pub moved: u64,
    /// The other store had it, from a run before.
    pub there: u64,
    /// Its row changed or went meanwhile, or neither store has it.
    pub gone: u64,
    pub failed: u64,
    /// Of what was moved.
    pub bytes: u64,
}

impl Progress {
    pub fn done(&self) -> u64 {
        self.moved + self.there + self.gone + self.failed
    }

    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Moved(bytes) => {
                self.moved += 1;
                self.bytes += bytes;
            }
            Outcome::There => self.there += 1,
            Outcome::Gone => self.gone += 1,
            Outcome::Failed => self.failed += 1,
        }
    }
}

/// What became of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Moved(u64),
    There,
    Gone,
    Failed,
}

impl Move {
    /// Moves everything. `tell` hears of each object.
    ///
    /// # Errors
    /// The database's. An object that could not be moved is counted and logged, and the others go on.
    pub async fn run(&self, app: &App, mut tell: impl FnMut(&Progress)) -> Result<Progress, db::Error> {
        let mut progress = Progress {
            total: recordings::total(app, self).await? + pictures::total(app).await?,
            ..Progress::default()
        };
        pictures::run(app, self, &mut progress, &mut tell).await?;
        recordings::run(app, self, &mut progress, &mut tell).await?;
        if self.delete_source {
            recordings::delete_copies(app, self, &mut progress, &mut tell).await?;
        }
        Ok(progress)
    }
}
