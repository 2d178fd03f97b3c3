//! Lists that are read page by page.

use std::collections::{HashSet, VecDeque};

use futures::stream::{self, Stream};
use serde::Serialize;

use crate::Error;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The vendor may leave a cursor on the last page, or say "more" without one: both end the list.
    pub(crate) fn new(items: Vec<T>, next_cursor: Option<String>, has_more: Option<bool>) -> Self {
        let next_cursor = next_cursor.filter(|cursor| !cursor.is_empty() && has_more != Some(false));
        Self { items, next_cursor }
    }
}

/// The items of all pages in order; a page is fetched when its first item is asked for.
///
/// Ends after the first error. A cursor seen before is an error, since following it would go round
/// for ever.
pub(crate) fn items<T, F, Fut>(first: Option<String>, fetch: F) -> impl Stream<Item = Result<T, Error>>
where
    F: FnMut(Option<String>) -> Fut,
    Fut: Future<Output = Result<Page<T>, Error>>,
{
    let walk = Walk {
        fetch,
        waiting: VecDeque::new(),
        next: Next::Page(first.clone()),
        seen: first.into_iter().collect(),
    };
    stream::try_unfold(walk, |mut walk| async move {
        loop {
            if let Some(item) = walk.waiting.pop_front() {
                return Ok(Some((item, walk)));
            }
            let cursor = match std::mem::replace(&mut walk.next, Next::End) {
                Next::End => return Ok(None),
                Next::Repeated(cursor) => return Err(Error::RepeatedCursor(cursor)),
                Next::Page(cursor) => cursor,
            };
            let page = (walk.fetch)(cursor).await?;
            walk.waiting = page.items.into();
            walk.next = match page.next_cursor {
                None => Next::End,
                Some(cursor) if walk.seen.insert(cursor.clone()) => Next::Page(Some(cursor)),
                // The items of this page are good and are handed out first.
                Some(cursor) => Next::Repeated(cursor),
            };
        }
    })
}

struct Walk<T, F> {
    fetch: F,
    waiting: VecDeque<T>,
    next: Next,
    seen: HashSet<String>,
}

enum Next {
    Page(Option<String>),
    Repeated(String),
    End,
}
