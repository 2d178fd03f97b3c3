//! Fan-out within this process: one bounded channel per organization that somebody watches.

use super::notice::Notice;
use crate::auth::KeyHash;
use shared::{OrganizationId, UserId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// Events that a socket may be behind before it is told to start again from the snapshot. A slot takes some 40 bytes,
/// once per watched organization.
const LAG: usize = 256;

/// Sockets that one user may hold open in one process: tabs, not scripts.
pub const SOCKETS_PER_USER: usize = 20;

/// What a subscriber hears.
#[derive(Clone, Debug)]
pub enum Heard {
    Event(Arc<Notice>),
    /// Notifications may have been lost; start again from the snapshot.
    Gap,
}

/// The fan-out; cloned freely.
#[derive(Clone, Default)]
pub struct Hub(Arc<Inner>);

#[derive(Default)]
struct Inner {
    channels: Mutex<HashMap<OrganizationId, Channel>>,
    sockets: Mutex<HashMap<UserId, usize>>,
    ended: Ended,
    stopped: CancellationToken,
}

/// Of one organization.
struct Channel {
    sender: broadcast::Sender<Heard>,
    /// The newest event that its sockets know of; `None`: none has said yet where it stands.
    newest: Option<i64>,
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(LAG).0,
            newest: None,
        }
    }
}

impl Channel {
    /// Its sockets begin anew, from wherever they then say.
    fn tell_gap(&mut self) {
        self.newest = None;
        let _ = self.sender.send(Heard::Gap);
    }
}

/// Tells sockets which sessions have ended.
struct Ended(broadcast::Sender<KeyHash>);

impl Default for Ended {
    fn default() -> Self {
        Self(broadcast::channel(LAG).0)
    }
}

impl Hub {
    pub fn new() -> Self {
        Self::default()
    }

    /// Closes every socket of this process, so that a graceful stop need not wait for browsers.
    pub fn stop(&self) {
        self.0.stopped.cancel();
    }

    pub(super) fn stopped(&self) -> CancellationToken {
        self.0.stopped.clone()
    }

    /// A session was ended somewhere: its sockets look again whether they may go on.
    pub fn session_ended(&self, key: KeyHash) {
        // No receiver: nobody watches anything here.
        let _ = self.0.ended.0.send(key);
    }

    /// Hears which sessions end from now on.
    pub(super) fn ended(&self) -> broadcast::Receiver<KeyHash> {
        self.0.ended.0.subscribe()
    }

    /// Hears every event of `organization` from now on.
    pub fn subscribe(&self, organization: OrganizationId) -> Subscription {
        let mut channels = lock(&self.0.channels);
        let channel = channels.entry(organization).or_default();
        Subscription {
            receiver: channel.sender.subscribe(),
            organization,
            hub: self.clone(),
        }
    }

    /// Whether anybody in this process watches `organization`; if not, an event need not even be parsed.
    pub fn is_watched(&self, organization: OrganizationId) -> bool {
        lock(&self.0.channels).contains_key(&organization)
    }

    /// Hands an event to the organization's sockets. One that is not newer than what they know was heard before.
    pub fn publish(&self, organization: OrganizationId, notice: Notice) {
        if let Some(channel) = lock(&self.0.channels).get_mut(&organization)
            && channel.newest.is_none_or(|newest| newest < notice.id)
        {
            channel.newest = Some(notice.id);
            // No receiver: the last one is being dropped at this moment.
            let _ = channel.sender.send(Heard::Event(Arc::new(notice)));
        }
    }

    /// A socket of `organization` knows everything up to this event; counts where nothing was heard before.
    pub(super) fn stands_at(&self, organization: OrganizationId, id: i64) {
        if let Some(channel) = lock(&self.0.channels).get_mut(&organization) {
            channel.newest.get_or_insert(id);
        }
    }

    /// Whether its sockets have not heard the event `id`, which came before one that is just heard.
    pub(super) fn lacks(&self, organization: OrganizationId, id: i64) -> bool {
        self.heard_of(organization).is_some_and(|newest| newest < id)
    }

    /// The newest event that the sockets of an organization have heard; `None` where that is not known.
    pub(super) fn heard_of(&self, organization: OrganizationId) -> Option<i64> {
        lock(&self.0.channels).get(&organization)?.newest
    }

    /// The same of all.
    pub(super) fn heard(&self) -> HashMap<OrganizationId, i64> {
        lock(&self.0.channels)
            .iter()
            .filter_map(|(organization, channel)| Some((*organization, channel.newest?)))
            .collect()
    }

    /// Tells one organization's subscribers that they may have missed something.
    pub fn gap(&self, organization: OrganizationId) {
        if let Some(channel) = lock(&self.0.channels).get_mut(&organization) {
            channel.tell_gap();
        }
    }

    /// Tells all subscribers that they may have missed something.
    pub fn gap_everywhere(&self) {
        for channel in lock(&self.0.channels).values_mut() {
            channel.tell_gap();
        }
    }

    /// Counts a socket of `user` until the guard is dropped; `None` when he has enough.
    pub fn admit(&self, user: UserId) -> Option<Admission> {
        let mut sockets = lock(&self.0.sockets);
        let open = sockets.entry(user).or_insert(0);
        if *open >= SOCKETS_PER_USER {
            return None;
        }
        *open += 1;
        Some(Admission {
            user,
            hub: self.clone(),
        })
    }
}

/// A place in an organization's channel; the channel goes with its last subscription.
pub struct Subscription {
    receiver: broadcast::Receiver<Heard>,
    organization: OrganizationId,
    hub: Hub,
}

impl Subscription {
    /// The next event. Falling behind the channel counts as a gap. May be raced in a `select!`.
    pub async fn next(&mut self) -> Heard {
        match self.receiver.recv().await {
            Ok(heard) => heard,
            // `Closed` can not happen while this subscription keeps the channel alive.
            Err(_lagged) => {
                self.skip_to_now();
                Heard::Gap
            }
        }
    }

    /// Forgets what waits unread; later events are heard.
    pub fn skip_to_now(&mut self) {
        self.receiver = self.receiver.resubscribe();
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut channels = lock(&self.hub.0.channels);
        // This one still counts.
        if channels
            .get(&self.organization)
            .is_some_and(|channel| channel.sender.receiver_count() <= 1)
        {
            channels.remove(&self.organization);
        }
    }
}

/// One open socket of a user.
pub struct Admission {
    user: UserId,
    hub: Hub,
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut sockets = lock(&self.hub.0.sockets);
        if let Some(open) = sockets.get_mut(&self.user) {
            *open = open.saturating_sub(1);
            if *open == 0 {
                sockets.remove(&self.user);
            }
        }
    }
}

/// The maps stay whole if a holder of the lock panics: every change to them is one call.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::live::LiveEvent;
    use uuid::Uuid;

    fn counts(id: i64) -> Notice {
        Notice::new(id, LiveEvent::Counts { running: id }).unwrap()
    }

    fn organization(n: u128) -> OrganizationId {
        Uuid::from_u128(n).into()
    }

    #[tokio::test]
    async fn an_event_reaches_its_organization_and_no_other() {
        let hub = Hub::new();
        let (mut ours, mut theirs) = (hub.subscribe(organization(1)), hub.subscribe(organization(2)));
        hub.publish(organization(1), counts(1));
        hub.publish(organization(2), counts(2));
        assert!(matches!(ours.next().await, Heard::Event(notice) if notice.id == 1));
        assert!(matches!(theirs.next().await, Heard::Event(notice) if notice.id == 2));
    }

    #[tokio::test]
    async fn a_slow_reader_is_told_of_the_gap_and_goes_on_from_there() {
        let hub = Hub::new();
        let mut slow = hub.subscribe(organization(1));
        (0..LAG as i64 + 1).for_each(|id| hub.publish(organization(1), counts(id)));
        assert!(matches!(slow.next().await, Heard::Gap));
        hub.publish(organization(1), counts(9000));
        assert!(matches!(slow.next().await, Heard::Event(notice) if notice.id == 9000));
    }

    #[tokio::test]
    async fn an_event_that_comes_again_or_late_is_not_told_twice() {
        let hub = Hub::new();
        let mut socket = hub.subscribe(organization(1));
        hub.stands_at(organization(1), 5);
        assert!(hub.lacks(organization(1), 6) && !hub.lacks(organization(1), 5));
        for id in [5, 7, 7, 6, 8] {
            hub.publish(organization(1), counts(id));
        }
        for wanted in [7, 8] {
            assert!(matches!(socket.next().await, Heard::Event(notice) if notice.id == wanted));
        }
        // After a gap ids may begin anywhere: the database may have been restored.
        hub.gap(organization(1));
        assert!(matches!(socket.next().await, Heard::Gap));
        hub.publish(organization(1), counts(2));
        assert!(matches!(socket.next().await, Heard::Event(notice) if notice.id == 2));
    }

    #[test]
    fn a_channel_goes_with_its_last_subscription() {
        let hub = Hub::new();
        let (one, other) = (hub.subscribe(organization(1)), hub.subscribe(organization(1)));
        drop(one);
        assert!(hub.is_watched(organization(1)));
        drop(other);
        assert!(!hub.is_watched(organization(1)));
    }

    #[test]
    fn a_user_gets_a_new_socket_only_when_he_has_closed_one() {
        let hub = Hub::new();
        let mut open: Vec<_> = (0..SOCKETS_PER_USER)
            .map(|_| hub.admit(Uuid::from_u128(1).into()).unwrap())
            .collect();
        assert!(hub.admit(Uuid::from_u128(1).into()).is_none());
        assert!(hub.admit(Uuid::from_u128(2).into()).is_some());
        open.pop();
        assert!(hub.admit(Uuid::from_u128(1).into()).is_some());
    }
}
