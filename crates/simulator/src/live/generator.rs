//! Keeps a number of calls running in the main workspace.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::engine::{self, Pace};
use crate::calls::plan::Wishes;
use crate::rng::{Rng, mix};
use crate::sync::read;
use crate::world::World;

/// How often it looks.
const TICK: Duration = Duration::from_millis(100);

/// Runs until the server stops.
pub async fn run(world: Arc<World>) {
    let Some(workspace) = world.workspace(crate::world::keys::MAIN).cloned() else {
        return;
    };
    let mut mine: Vec<std::sync::Weak<super::LiveCall>> = Vec::new();
    let mut drawn = 0_u64;
    loop {
        tokio::time::sleep(TICK).await;
        // Calls that tests started do not count as the generator's.
        mine.retain(|call| call.strong_count() > 0);
        if mine.len() >= world.live_target.load(Ordering::Acquire) {
            continue;
        }
        let profiles = workspace.profiles();
        let mut rng = Rng::new(mix(&[world.options.seed, 31, drawn]));
        drawn += 1;
        let Some(profile) = rng.pick(&profiles).cloned() else {
            continue;
        };
        let call = engine::start(&world, &workspace, profile, &Wishes::default(), Pace::Natural, 0);
        if let Some(live) = read(&workspace.live).get(&call.id) {
            mine.push(Arc::downgrade(live));
        }
        // They should not all begin at once.
        tokio::time::sleep(world.real(rng.between(0.5, 6.0))).await;
    }
}
