//! One call from ringing to webhook: initiated → in-progress → processing → done, or failed.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::{LiveCall, events};
use crate::calls::plan::Wishes;
use crate::calls::script::{Script, Turn};
use crate::calls::{Call, Outcome, Phase, Profile};
use crate::catalogue::Role;
use crate::faults::Kind;
use crate::rng::mix;
use crate::sync::write;
use crate::webhooks;
use crate::world::workspace::Workspace;
use crate::world::{World, now_secs};

/// Seconds of a real call that pass before somebody answers, and between the last word and the analysis.
const RINGING: f64 = 2.0;
const TRANSCRIBING: f64 = 3.0;
/// Seconds that nobody answers before the call counts as failed.
const UNANSWERED: f64 = 12.0;

/// How fast the turns follow each other.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// As long as the words take, divided by the world's speed.
    Natural,
    /// One turn each so many milliseconds, and every other wait as long.
    Every(u64),
}

impl Pace {
    fn wait(self, world: &World, seconds: f64) -> Duration {
        match self {
            Self::Natural => world.real(seconds),
            Self::Every(ms) => Duration::from_millis(ms),
        }
    }
}

/// Starts a call of `profile` at once; it goes on by itself. It claims to have begun `ago_secs` ago.
pub fn start(
    world: &Arc<World>,
    workspace: &Arc<Workspace>,
    profile: Arc<Profile>,
    wishes: &Wishes,
    pace: Pace,
    ago_secs: i64,
) -> Arc<Call> {
    let now = now_secs();
    // The time is part of the seed: a restarted stand-in must not give an old id to a new call.
    let seed = mix(&[world.options.seed, 30, world.next_number(), now.unsigned_abs()]);
    let call = Call::plan(seed, now - ago_secs, profile, &world.catalogue, wishes);
    call.progress.enter(Phase::Initiated);
    call.progress.show(0);
    let live = LiveCall::new(Arc::new(call));
    let call = Arc::clone(&live.call);
    enlist(workspace, &live);
    tokio::spawn(run(Arc::clone(world), Arc::clone(workspace), live, pace));
    call
}

/// Makes a call known to lists and monitors.
pub fn enlist(workspace: &Workspace, live: &Arc<LiveCall>) {
    write(&workspace.live).insert(live.call.id.clone(), Arc::clone(live));
    write(&workspace.calls).insert(Arc::clone(&live.call));
}

async fn run(world: Arc<World>, workspace: Arc<Workspace>, live: Arc<LiveCall>, pace: Pace) {
    let generation = world.generation();
    let call = Arc::clone(&live.call);
    if call.outcome.never_began() {
        tokio::time::sleep(pace.wait(&world, UNANSWERED)).await;
        if world.generation() == generation {
            leave_the_line(&workspace, &live);
            call.progress.enter(Phase::Failed);
            webhooks::announce::failure(&world, &workspace, &call);
        }
        return;
    }
    tokio::time::sleep(pace.wait(&world, RINGING)).await;
    call.progress.enter(Phase::InProgress);
    let script = Script::write(&call, &world.catalogue);
    let mut clock = 0.0;
    for turn in &script.turns {
        // A turn is known when it has been spoken to its end.
        let wait = pace.wait(&world, turn.at + turn.len - clock);
        clock = turn.at + turn.len;
        let ended = tokio::select! {
            () = tokio::time::sleep(wait) => false,
            () = live.hang_up.notified() => true,
        };
        if world.generation() != generation {
            live.close();
            return;
        }
        if ended {
            call.progress.hang_up();
            break;
        }
        if turn.role == Role::Agent && live.is_taken_over() {
            // A person answers in its place; the words that follow are no longer the script's.
            live.depart();
            continue;
        }
        let turn = hinted(&live, turn);
        events::of_turn(&live, &turn)
            .into_iter()
            .for_each(|event| live.publish(event));
        live.keep(&turn);
    }
    finish(&world, &workspace, &live, pace, generation).await;
}

/// The turn as it is spoken: what the agent was hinted at is taken up.
fn hinted<'a>(live: &LiveCall, turn: &'a Turn) -> Cow<'a, Turn> {
    let text = turn.text.as_deref().filter(|_| turn.role == Role::Agent);
    match text.and_then(|text| live.hinted(text)) {
        Some(text) => {
            live.depart();
            Cow::Owned(Turn {
                text: Some(text),
                ..turn.clone()
            })
        }
        None => Cow::Borrowed(turn),
    }
}

/// What follows the last word, for scripted and real conversations alike.
pub async fn finish(
    world: &Arc<World>,
    workspace: &Arc<Workspace>,
    live: &Arc<LiveCall>,
    pace: Pace,
    generation: u64,
) {
    let call = &live.call;
    call.progress.enter(Phase::Processing);
    leave_the_line(workspace, live);
    tokio::time::sleep(pace.wait(world, TRANSCRIBING)).await;
    if world.generation() != generation {
        return;
    }
    let path = format!("/v1/convai/conversations/{}/audio", call.id);
    call.progress
        .lose_audio(world.faults.strike(Kind::AudioMissing, &path).is_some());
    call.progress.enter(if call.outcome == Outcome::Error {
        Phase::Failed
    } else {
        Phase::Done
    });
    webhooks::announce::finished(world, workspace, call);
}

fn leave_the_line(workspace: &Workspace, live: &LiveCall) {
    live.close();
    write(&workspace.live).remove(&live.call.id);
}
