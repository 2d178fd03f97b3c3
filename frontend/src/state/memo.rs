//! A memo whose machinery is compiled once. The framework's is compiled anew for every type that one holds and every closure that works
//! it out, and a page has dozens.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use leptos::prelude::{self, Get, GetUntracked, Signal, Track};

/// As [`leptos::prelude::Memo`]: worked out when it is read after what it reads has changed, and told only when it differs.
pub struct Memo<T> {
    held: prelude::Memo<Held>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

type Work = Box<dyn Fn(Option<&Held>) -> Held + Send + Sync>;

#[derive(Clone)]
struct Held {
    value: Arc<dyn Any + Send + Sync>,
    same: fn(&Held, &Held) -> bool,
}

impl Held {
    fn value<T: 'static>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        (self.same)(self, other)
    }
}

/// One for all: closures behind a pointer are of one type.
fn erased(work: Work) -> prelude::Memo<Held> {
    prelude::Memo::new(work)
}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// `work` is given what it made before.
    pub fn new(work: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        let work = move |before: Option<&Held>| Held {
            value: Arc::new(work(before.and_then(Held::value))),
            same: |one, other| one.value::<T>() == other.value::<T>(),
        };
        Self {
            held: erased(Box::new(work)),
            of: PhantomData,
        }
    }

    /// Reads it, and is told of changes.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        Self::read(&self.held.get(), read)
    }

    /// As it is now.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        Self::read(&self.held.get_untracked(), read)
    }

    fn read<R>(held: &Held, read: impl FnOnce(&T) -> R) -> R {
        match held.value() {
            Some(value) => read(value),
            None => unreachable!("`new` is all that fills it"),
        }
    }

    /// Is told of changes.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// What it is now.
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// What it is now; `None` once its page is gone.
    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        let held = self.held.try_get_untracked()?;
        Some(Self::read(&held, T::clone))
    }

    /// Is told of changes, whatever it holds.
    pub fn track(self) {
        self.held.track();
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Signal::derive(move || memo.get())
    }
}

#[cfg(test)]
mod tests {
    use super::Memo;
    use leptos::prelude::{Get, GetUntracked, Owner, RwSignal, Set, Signal};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn it_is_worked_out_once_for_each_change_and_told_when_it_differs() {
        let owner = Owner::new();
        owner.set();
        let (source, worked, told) = (
            RwSignal::new(1),
            Arc::new(AtomicUsize::new(0)),
            Arc::new(AtomicUsize::new(0)),
        );
        let (counts, heard) = (worked.clone(), told.clone());
        let half = Memo::new(move |_| {
            counts.fetch_add(1, Ordering::Relaxed);
            source.get() / 2
        });
        let words = Memo::new(move |before: Option<&String>| {
            heard.fetch_add(1, Ordering::Relaxed);
            format!("{}{}", before.map_or("", String::as_str), half.get())
        });
        assert_eq!((half.get_untracked(), words.get_untracked()), (0, "0".to_owned()));
        source.set(2);
        source.set(3);
        assert_eq!((half.get(), words.with(String::clone)), (1, "01".to_owned()));
        source.set(2);
        let signal: Signal<String> = words.into();
        assert_eq!(signal.get_untracked(), "01");
        assert_eq!(
            (worked.load(Ordering::Relaxed), told.load(Ordering::Relaxed)),
            (3, 2),
            "worked out for each change that was read, told of those that made a difference"
        );
        assert_eq!(half.get(), 1);
    }
}
