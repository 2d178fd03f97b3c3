//! The calls of a workspace, findable by id and walkable by time.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::Call;

/// Where a page ended: start time and id, because starts repeat.
pub type Position = (i64, String);

/// See the module.
#[derive(Debug, Default)]
pub struct Book {
    by_id: HashMap<String, Arc<Call>>,
    by_time: BTreeMap<Position, Arc<Call>>,
}

impl Book {
    pub fn insert(&mut self, call: Arc<Call>) {
        self.by_time
            .insert((call.start, call.id.clone()), Arc::clone(&call));
        self.by_id.insert(call.id.clone(), call);
    }

    pub fn get(&self, id: &str) -> Option<Arc<Call>> {
        self.by_id.get(id).cloned()
    }

    /// Forgets a call; `false` when there was none.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(call) = self.by_id.remove(id) else {
            return false;
        };
        self.by_time.remove(&(call.start, call.id.clone()));
        true
    }

    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Calls beyond `after` in the wanted direction.
    pub fn walk<'a>(
        &'a self,
        after: Option<&Position>,
        descending: bool,
    ) -> Box<dyn Iterator<Item = &'a Arc<Call>> + 'a> {
        use std::ops::Bound::{Excluded, Unbounded};
        match (descending, after) {
            (true, Some(after)) => Box::new(
                self.by_time
                    .range((Unbounded, Excluded(after.clone())))
                    .rev()
                    .map(|(_, call)| call),
            ),
            (true, None) => Box::new(self.by_time.values().rev()),
            (false, Some(after)) => Box::new(
                self.by_time
                    .range((Excluded(after.clone()), Unbounded))
                    .map(|(_, call)| call),
            ),
            (false, None) => Box::new(self.by_time.values()),
        }
    }

    /// Calls that somebody still talks in.
    pub fn live(&self) -> impl Iterator<Item = &Arc<Call>> {
        self.by_time
            .values()
            .rev()
            .take(LIVE_WINDOW)
            .filter(|call| call.progress.phase().is_live())
    }
}

/// Live calls are among the newest; looking further back would make `live-count` slow for large books.
const LIVE_WINDOW: usize = 5_000;
