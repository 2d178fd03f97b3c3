//! Which calls this process follows over a monitor socket, and how their followers are given orders.

use super::Order;
use shared::ConnectionId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// Orders that may wait for one call; a supervisor gives one at a time.
const WAITING: usize = 32;

type Key = (ConnectionId, String);

/// Cloned freely.
#[derive(Clone, Default)]
pub struct Desk(Arc<Mutex<HashMap<Key, mpsc::Sender<Order>>>>);

impl Desk {
    /// Takes orders for a call until the returned guard is dropped.
    pub fn attend(&self, connection: ConnectionId, conversation: &str) -> Attended {
        let (sender, orders) = mpsc::channel(WAITING);
        let key = (connection, conversation.to_owned());
        self.lock().insert(key.clone(), sender.clone());
        Attended {
            desk: self.clone(),
            key,
            sender,
            orders,
        }
    }

    /// Hands an order to the follower of its call. Whether there is one here.
    pub fn hand(&self, order: Order) -> bool {
        let key = (order.connection_id, order.conversation_id.clone());
        match self.lock().get(&key) {
            // Full: whoever asks learns that nobody took it.
            Some(follower) => follower.try_send(order).is_ok(),
            None => false,
        }
    }

    /// The map stays whole if a holder of the lock panics: every change to it is one call.
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, mpsc::Sender<Order>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call whose orders arrive here.
pub struct Attended {
    desk: Desk,
    key: Key,
    sender: mpsc::Sender<Order>,
    orders: mpsc::Receiver<Order>,
}

impl Attended {
    /// The next order; waits for ever where none comes. May be raced in a `select!`.
    pub async fn next(&mut self) -> Order {
        match self.orders.recv().await {
            Some(order) => order,
            // Can not be: a sender is kept here.
            None => std::future::pending().await,
        }
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        let mut all = self.desk.lock();
        // A newer follower of the same call may stand there by now.
        if all
            .get(&self.key)
            .is_some_and(|known| known.same_channel(&self.sender))
        {
            all.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn order(conversation: &str) -> Order {
        Order {
            id: Uuid::nil(),
            organization_id: Uuid::nil().into(),
            connection_id: Uuid::nil().into(),
            conversation_id: conversation.into(),
        }
    }

    #[tokio::test]
    async fn an_order_reaches_the_newest_follower_of_its_call_and_nobody_else() {
        let desk = Desk::default();
        let old = desk.attend(Uuid::nil().into(), "a");
        let mut new = desk.attend(Uuid::nil().into(), "a");
        drop(old);
        assert!(desk.hand(order("a")) && !desk.hand(order("b")));
        assert_eq!(new.next().await.conversation_id, "a");
        drop(new);
        assert!(!desk.hand(order("a")));
    }
}
