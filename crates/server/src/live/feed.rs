//! What one browser was sent so far, and what it gets next.

use super::hub::Heard;
use super::missed::Missed;
use super::notice::{Class, Notice};
use bytestring::ByteString;
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
        }
    }

    /// The browser was told that events after `last_id` will come.
    pub fn greeted(&mut self, last_id: i64) {
        self.state = held(last_id);
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
                Some(
                    notices
                        .iter()
                        .filter_map(|notice| notice.frame(self.class))
                        .collect(),
                )
            }
        }
    }

    /// Takes over changed permissions. Whether they changed: the browser then has too much or too little on its page.
    pub fn reclass(&mut self, class: Class) -> bool {
        let changed = class != self.class;
        self.class = class;
        if changed {
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
            State::Flowing { sent } | State::Held { sent, .. } if notice.id > *sent => {
                *sent = notice.id;
                notice.frame(self.class).map_or(Next::Nothing, Next::Frame)
            }
            _ => Next::Nothing,
        }
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
    use shared::live::LiveEvent;
    use shared::permission::PermissionSet;
    use std::sync::Arc;

    fn counts(id: i64) -> Notice {
        Notice::new(id, LiveEvent::Counts { running: id }).unwrap()
    }

    fn heard(feed: &mut Feed, id: i64) -> bool {
        matches!(feed.heard(&Heard::Event(Arc::new(counts(id)))), Next::Frame(_))
    }

    fn feed(last_id: i64) -> Feed {
        let mut feed = Feed::new(Class::of(&PermissionSet::all()));
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
