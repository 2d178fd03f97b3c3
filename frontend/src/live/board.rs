//! The running calls. Applying an event twice changes nothing, as a resumed socket may repeat some.

use shared::CallId;
use shared::call::{CallStatus, Turn};
use shared::live::{LiveCall, LiveEvent};

/// How long an ended call stays in sight, in milliseconds.
const LINGER: f64 = 90_000.0;

/// A call on the board.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    pub call: LiveCall,
    /// Epoch milliseconds by the browser's clock; `None` while it runs.
    pub ended_ms: Option<f64>,
}

/// Newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Board {
    pub calls: Vec<Followed>,
}

impl Board {
    pub fn find(&self, id: CallId) -> Option<&Followed> {
        self.calls.iter().find(|followed| followed.call.id == id)
    }

    pub fn running(&self) -> i64 {
        self.calls
            .iter()
            .filter(|followed| followed.ended_ms.is_none())
            .count() as i64
    }

    /// How many of the running calls began before this one; `None` when it does not run.
    pub fn place(&self, id: CallId) -> Option<usize> {
        let mut running = self.calls.iter().filter(|followed| followed.ended_ms.is_none());
        // Newest first: those behind it began before.
        running.by_ref().find(|followed| followed.call.id == id)?;
        Some(running.count())
    }

    /// Takes over a snapshot. What is no longer in it has ended meanwhile.
    pub fn replace(&mut self, running: Vec<LiveCall>, now: f64) {
        let before = std::mem::take(&mut self.calls);
        self.calls = running
            .into_iter()
            .map(|call| Followed { call, ended_ms: None })
            .collect();
        for mut followed in before {
            if self.find(followed.call.id).is_none() {
                end(&mut followed, CallStatus::Processing, now);
                self.calls.push(followed);
            }
        }
        self.sort();
    }

    /// Clears away what ended a while ago, but not `held`. Whether anything changed.
    pub fn prune(&mut self, now: f64, held: Option<CallId>) -> bool {
        let before = self.calls.len();
        let stays =
            |f: &Followed| held == Some(f.call.id) || f.ended_ms.is_none_or(|ended| now - ended < LINGER);
        self.calls.retain(stays);
        self.calls.len() != before
    }

    /// Whether anything changed.
    pub fn apply(&mut self, event: &LiveEvent, now: f64) -> bool {
        match event {
            LiveEvent::CallStarted { call } => {
                self.start(call);
                true
            }
            LiveEvent::CallTurn { call_id, turn } => {
                self.change(*call_id, |f| put_turn(&mut f.call.turns, turn))
            }
            LiveEvent::CallStatus {
                call_id,
                status,
                grade,
            } => self.change(*call_id, |f| {
                f.call.status = *status;
                f.call.grade = *grade;
                if !status.is_running() {
                    end(f, *status, now);
                }
            }),
            LiveEvent::CallEnded { call_id, status } => self.change(*call_id, |f| end(f, *status, now)),
            _ => false,
        }
    }

    fn start(&mut self, call: &LiveCall) {
        match self.calls.iter_mut().find(|f| f.call.id == call.id) {
            // Told again after a resume: words that came since must not be lost.
            Some(known) => {
                let turns = std::mem::take(&mut known.call.turns);
                known.call = call.clone();
                for turn in &turns {
                    put_turn(&mut known.call.turns, turn);
                }
            }
            None => {
                self.calls.push(Followed {
                    call: call.clone(),
                    ended_ms: None,
                });
                self.sort();
            }
        }
    }

    fn change(&mut self, id: CallId, change: impl FnOnce(&mut Followed)) -> bool {
        let found = self.calls.iter_mut().find(|followed| followed.call.id == id);
        found.map(change).is_some()
    }

    fn sort(&mut self) {
        self.calls
            .sort_by_key(|f| (std::cmp::Reverse(f.call.started_at), f.call.id));
    }
}

fn end(followed: &mut Followed, status: CallStatus, now: f64) {
    if !status.is_running() {
        followed.call.status = status;
    }
    followed.ended_ms.get_or_insert(now);
}

/// Puts a turn in its place; the same position again is a correction.
fn put_turn(turns: &mut Vec<Turn>, turn: &Turn) {
    match turns.binary_search_by_key(&turn.position, |known| known.position) {
        Ok(place) => {
            if let Some(known) = turns.get_mut(place) {
                known.clone_from(turn);
            }
        }
        Err(place) => turns.insert(place, turn.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use shared::agent::AgentRef;
    use shared::call::{Direction, Speaker};
    use shared::live::LiveGrade;
    use shared::{AgentId, CallId};
    use uuid::Uuid;

    fn id(n: u128) -> CallId {
        Uuid::from_u128(n).into()
    }

    fn call(n: u128) -> LiveCall {
        LiveCall {
            id: id(n),
            conversation_id: format!("conv_{n}"),
            agent: AgentRef {
                id: AgentId(Uuid::nil()),
                name: "Front desk".into(),
            },
            status: CallStatus::InProgress,
            direction: Direction::Inbound,
            counterpart: None,
            started_at: DateTime::from_timestamp(n as i64, 0).unwrap(),
            grade: LiveGrade::Transcript,
            turns: Vec::new(),
        }
    }

    fn turn(position: i32, words: &str) -> Turn {
        Turn {
            position,
            speaker: Speaker::Caller,
            message: Some(words.into()),
            at_seconds: f64::from(position),
            interrupted: false,
            tools: Vec::new(),
        }
    }

    fn said(board: &Board, n: u128) -> Vec<String> {
        board
            .find(id(n))
            .unwrap()
            .call
            .turns
            .iter()
            .filter_map(|t| t.message.clone())
            .collect()
    }

    #[test]
    fn the_place_of_a_call_is_how_many_began_before_it_and_run() {
        let mut board = Board::default();
        board.replace(vec![call(1), call(2), call(3)], 0.0);
        assert_eq!((board.place(id(1)), board.place(id(3))), (Some(0), Some(2)));
        let ended = LiveEvent::CallEnded {
            call_id: id(1),
            status: CallStatus::Processing,
        };
        board.apply(&ended, 1.0);
        assert_eq!((board.place(id(1)), board.place(id(3))), (None, Some(1)));
    }

    #[test]
    fn turns_find_their_place_and_a_repeated_one_is_a_correction() {
        let mut board = Board::default();
        board.replace(vec![call(1)], 0.0);
        for (position, words) in [(1, "b"), (0, "a"), (1, "B"), (1, "B")] {
            board.apply(
                &LiveEvent::CallTurn {
                    call_id: id(1),
                    turn: turn(position, words),
                },
                0.0,
            );
        }
        assert_eq!(said(&board, 1), ["a", "B"]);
        board.apply(&LiveEvent::CallStarted { call: call(1) }, 0.0);
        assert_eq!(
            said(&board, 1),
            ["a", "B"],
            "a call that is announced again keeps its words"
        );
        assert_eq!(board.running(), 1);
    }

    #[test]
    fn ended_calls_linger_then_go_unless_somebody_reads_them() {
        let mut board = Board::default();
        board.replace(vec![call(1), call(2), call(3)], 0.0);
        for n in [1, 2] {
            board.apply(
                &LiveEvent::CallEnded {
                    call_id: id(n),
                    status: CallStatus::Processing,
                },
                10.0,
            );
        }
        assert_eq!((board.running(), board.calls.len()), (1, 3));
        assert!(!board.prune(9.0 + LINGER, None));
        assert!(board.prune(10.0 + LINGER, Some(id(2))));
        let left: Vec<CallId> = board.calls.iter().map(|f| f.call.id).collect();
        assert_eq!(left, [id(3), id(2)]);
    }

    #[test]
    fn a_call_that_a_new_snapshot_misses_has_ended() {
        let mut board = Board::default();
        board.replace(vec![call(1), call(2)], 0.0);
        board.replace(vec![call(2), call(3)], 5.0);
        assert_eq!(board.running(), 2);
        assert_eq!(board.find(id(1)).unwrap().ended_ms, Some(5.0));
        let order: Vec<CallId> = board.calls.iter().map(|f| f.call.id).collect();
        assert_eq!(order, [id(3), id(2), id(1)], "newest first");
    }
}
