//! What one browser was sent so far, and what it gets next.

use super::hub::Heard;
use super::missed::Missed;
use super::notice::{About, Class, Notice};
use bytestring::ByteString;
use shared::{AgentId, CallId};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long events wait for the browser's `resume`. One that never sends it gets what happens from now on.
const HOLD: Duration = Duration::from_secs(5);

/// The place of a socket in its organization's events.
///
/// Events are held back until the browser has told where it stands, so that what it missed comes before what happens
/// now. They wait in the channel, not here.
pub struct Feed {
    class: Class,
    state: State,
    /// Running calls that a reader of some agents only may follow.
    followed: HashSet<CallId>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Waits for `resume`; `sent` counts when none comes.
    Held { until: Instant, sent: i64 },
    /// Everything up to `sent` was sent (or filtered).
    Flowing { sent: i64 },
}

/// What to send for something that was heard.
#[derive(Debug)]
pub enum Next {
    Frame(ByteString),
    Nothing,
    Refetch,
}

impl Feed {
    pub fn new(class: Class) -> Self {
        Self {
            class,
            state: held(0),
            followed: HashSet::new(),
        }
    }

    /// The browser was told that events after `last_id` will come.
    pub fn greeted(&mut self, last_id: i64) {
        self.state = held(last_id);
    }

    /// Calls that run already; for a reader of some agents only.
    pub fn follow(&mut self, running: impl IntoIterator<Item = CallId>) {
        self.followed.extend(running);
    }

    /// The reader may know what happens in organizations below his.
    pub fn watches_below(&self) -> bool {
        self.class.wall
    }

    /// Everything up to this event was sent.
    pub fn stands_at(&self) -> i64 {
        match self.state {
            State::Held { sent, .. } | State::Flowing { sent } => sent,
        }
    }

    /// `Some`: the reader sees these agents only.
    pub fn agents(&self) -> Option<Arc<[AgentId]>> {
        self.class.agents.clone()
    }

    /// Whether the event is about what the reader may see. A call is followed from its start on; later events of it do not
    /// tell the agent.
    fn concerns(&mut self, about: About) -> bool {
        let Some(agents) = &self.class.agents else {
            return true;
        };
        match about {
            About::Call(call, Some(agent)) if agents.contains(&agent) => {
                self.followed.insert(call);
                true
            }
            About::Call(_, Some(_)) | About::AllCalls => false,
            About::Call(call, None) => self.followed.contains(&call),
            About::Connections => true,
        }
    }

    /// Until when the channel must not be read; `None` while events flow.
    pub fn held_until(&self) -> Option<Instant> {
        match self.state {
            State::Held { until, .. } => Some(until),
            State::Flowing { .. } => None,
        }
    }

    /// No `resume` came: from here on events flow all the same.
    pub fn release(&mut self) {
        if let State::Held { sent, .. } = self.state {
            self.state = State::Flowing { sent };
        }
    }

    pub fn heard(&mut self, heard: &Heard) -> Next {
        match heard {
            Heard::Gap => self.refetch(),
            Heard::Event(notice) => self.pass(notice),
        }
    }

    /// Frames for what was missed after `after`. An event that is heard again on the channel is dropped by its id.
    /// `None`: the browser must refetch.
    pub fn resumed(&mut self, after: i64, missed: &Missed) -> Option<Vec<ByteString>> {
        match missed {
            Missed::TooMuch => {
                self.refetch();
                None
            }
            Missed::Events(notices) => {
                let sent = notices.last().map_or(after, |last| last.id);
                self.state = State::Flowing { sent };
                let mut frames = Vec::new();
                for notice in notices {
                    if self.concerns(notice.about) {
                        frames.extend(notice.frame(&self.class));
                    }
                }
                Some(frames)
            }
        }
    }

    /// Takes over changed permissions. Whether they changed: the browser then has too much or too little on its page.
    pub fn reclass(&mut self, class: Class) -> bool {
        let changed = class != self.class;
        self.class = class;
        if changed {
            self.followed.clear();
            self.refetch();
        }
        changed
    }

    fn refetch(&mut self) -> Next {
        // After a snapshot the browser resumes from it; ids start again from what it then says.
        self.state = held(0);
        Next::Refetch
    }

    fn pass(&mut self, notice: &Notice) -> Next {
        match &mut self.state {
            State::Flowing { sent } | State::Held { sent, .. } if notice.id > *sent => *sent = notice.id,
            _ => return Next::Nothing,
        }
        if !self.concerns(notice.about) {
            return Next::Nothing;
        }
        notice.frame(&self.class).map_or(Next::Nothing, Next::Frame)
    }
}

fn held(sent: i64) -> State {
    State::Held {
        until: Instant::now() + HOLD,
        sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::agent::AgentRef;
    use shared::call::{CallStatus, Direction};
    use shared::live::{LiveCall, LiveEvent, LiveGrade};
    use shared::permission::PermissionSet;
    use uuid::Uuid;

    fn counts(id: i64) -> Notice {
        Notice::new(id, LiveEvent::Counts { running: id }).unwrap()
    }

    fn heard(feed: &mut Feed, id: i64) -> bool {
        matches!(feed.heard(&Heard::Event(Arc::new(counts(id)))), Next::Frame(_))
    }

    fn feed(last_id: i64) -> Feed {
        let mut feed = Feed::new(Class::of(&PermissionSet::all(), None));
        feed.greeted(last_id);
        feed
    }

    #[test]
    fn an_event_read_from_the_table_is_not_sent_again_when_it_is_heard() {
        let mut feed = feed(5);
        let frames = feed
            .resumed(3, &Missed::Events(vec![counts(4), counts(5), counts(6)]))
            .unwrap();
        assert_eq!(frames.len(), 3);
        assert!(!heard(&mut feed, 5) && !heard(&mut feed, 6));
        assert!(heard(&mut feed, 7) && !heard(&mut feed, 7));
    }

    #[test]
    fn a_reader_of_some_agents_hears_of_their_calls_and_of_no_others() {
        let (mine, other) = (AgentId(Uuid::from_u128(1)), AgentId(Uuid::from_u128(2)));
        let mut feed = Feed::new(Class::of(&PermissionSet::all(), Some([mine].into())));
        feed.greeted(0);
        feed.follow([CallId(Uuid::from_u128(50))]);
        let mut hears = |id: i64, event: LiveEvent| {
            let notice = Arc::new(Notice::new(id, event).unwrap());
            matches!(feed.heard(&Heard::Event(notice)), Next::Frame(_))
        };
        let started = |call: u128, agent: AgentId| LiveEvent::CallStarted {
            call: LiveCall {
                id: CallId(Uuid::from_u128(call)),
                conversation_id: "c".into(),
                agent: AgentRef {
                    id: agent,
                    name: "A".into(),
                },
                status: CallStatus::InProgress,
                direction: Direction::Inbound,
                counterpart: None,
                started_at: chrono::Utc::now(),
                grade: LiveGrade::Presence,
                turns: Vec::new(),
            },
        };
        let updated = |call: u128| LiveEvent::CallUpdated {
            call_id: CallId(Uuid::from_u128(call)),
        };
        assert!(hears(1, started(10, mine)) && hears(2, updated(10)));
        assert!(!hears(3, started(20, other)) && !hears(4, updated(20)));
        assert!(hears(5, updated(50)), "it ran before the socket opened");
        assert!(!hears(6, LiveEvent::Counts { running: 2 }));
    }

    #[test]
    fn a_browser_that_never_resumes_gets_what_happens_after_the_greeting() {
        let mut feed = feed(5);
        assert!(feed.held_until().is_some());
        feed.release();
        assert!(feed.held_until().is_none());
        assert!(!heard(&mut feed, 5) && heard(&mut feed, 6));
    }

    #[test]
    fn a_gap_holds_events_until_the_browser_resumes_from_a_new_snapshot() {
        let mut feed = feed(5);
        feed.release();
        assert!(matches!(feed.heard(&Heard::Gap), Next::Refetch));
        assert!(feed.held_until().is_some());
        assert!(feed.resumed(2, &Missed::TooMuch).is_none());
        assert!(feed.resumed(90, &Missed::Events(Vec::new())).unwrap().is_empty());
        assert!(!heard(&mut feed, 90) && heard(&mut feed, 91));
    }
}
