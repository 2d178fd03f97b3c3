//! Which page stands at which address, and the one that is shown.
//!
//! A table and one switch over the router's location, in the place of its nested routes: of those each is a type of its
//! own, with code of its own in the application's chunk.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::tachys::reactive_graph::OwnedView;
use leptos_router::LazyRoute;
use leptos_router::hooks::use_location;
use leptos_router::location::{BrowserUrl, LocationProvider};
use shared::Permission;
use wasm_bindgen_futures::spawn_local;

use super::guard::refusal;
use super::not_found::NotFound;
use crate::state::{Memo, SessionState};

type Opening = Pin<Box<dyn Future<Output = AnyView>>>;

/// A lazily loaded page; without its permission the chunk is not even fetched.
pub struct Route {
    path: &'static str,
    /// `None`: everybody who is signed in.
    permission: Option<Permission>,
    open: fn() -> Opening,
}

impl Route {
    /// A page at `path`, and at every path one step below it when that ends in `/*`.
    pub const fn new<T: LazyRoute>(path: &'static str, permission: Permission) -> Self {
        Self {
            path,
            permission: Some(permission),
            open: open::<T>,
        }
    }

    /// A page about oneself.
    pub const fn of_everybody<T: LazyRoute>(path: &'static str) -> Self {
        Self {
            path,
            permission: None,
            open: open::<T>,
        }
    }

    fn is_at(&self, path: &str) -> bool {
        let path = if path.len() > 1 {
            path.trim_end_matches('/')
        } else {
            path
        };
        match self.path.strip_suffix("/*") {
            None => path == self.path,
            Some(above) => path.strip_prefix(above).is_some_and(|rest| {
                rest.is_empty() || rest.strip_prefix('/').is_some_and(|id| !id.contains('/'))
            }),
        }
    }
}

/// What a page needs is asked for while its code is on the way.
fn open<T: LazyRoute>() -> Opening {
    Box::pin(T::view(T::data()))
}

/// Shows what opened last, under an owner of its own.
#[derive(Clone, Copy)]
struct Slot {
    next: StoredValue<Option<OwnedView<AnyView>>, LocalStorage>,
    changed: Trigger,
}

impl Slot {
    fn new() -> Self {
        Self {
            next: StoredValue::new_local(None),
            changed: Trigger::new(),
        }
    }

    /// `show` is asked once the code is there: somebody may have gone elsewhere meanwhile.
    fn open(self, opening: impl FnOnce() -> Opening, owner: Owner, show: impl Fn() -> bool + 'static) {
        let future = owner.with(|| ScopedFuture::new_untracked(untrack(opening)));
        spawn_local(async move {
            let view = future.await;
            if show() {
                self.next.set_value(Some(OwnedView::new_with_owner(view, owner)));
                self.changed.notify();
            }
        });
    }

    fn view(self) -> AnyView {
        (move || {
            self.changed.track();
            self.next.try_update_value(Option::take).flatten()
        })
        .into_any()
    }
}

/// The page at the current address. The one before stays until its code is there.
#[component]
pub fn Pages(routes: &'static [Route]) -> AnyView {
    let path = use_location().pathname;
    let browser = expect_context::<BrowserUrl>();
    let session = SessionState::here();
    let owner = Owner::current().unwrap_or_default();
    let slot = Slot::new();
    let here = Memo::new(move |_| path.with(|path| routes.iter().position(|route| route.is_at(path))));
    let arrived = browser.clone();
    let go = move |place: Option<usize>| {
        let browser = browser.clone();
        let show = move || {
            let stays = here.get_untracked() == place;
            if stays {
                browser.ready_to_complete();
            }
            stays
        };
        let route = place.and_then(|place| routes.get(place));
        let opening = move || match route {
            Some(Route {
                permission: Some(needed),
                ..
            }) if !session.may(*needed) => at_once(refusal(*needed)),
            Some(route) => (route.open)(),
            None => at_once(view! { <NotFound /> }.into_any()),
        };
        slot.open(opening, owner.child(), show);
    };
    // The first page is asked for before the frame around it is drawn; not where another must come first (see `Shell`).
    let waits = untrack(|| {
        session
            .session()
            .is_some_and(|session| session.second_factor_missing)
    });
    let first = (!waits).then(|| here.get_untracked());
    first.into_iter().for_each(&go);
    Effect::new(move |before: Option<Option<usize>>| {
        path.track();
        let place = here.get();
        if before.or(first) == Some(place) {
            arrived.ready_to_complete();
        } else {
            go(place);
        }
        place
    });
    slot.view()
}

fn at_once(view: AnyView) -> Opening {
    Box::pin(std::future::ready(view))
}

/// A part whose code is fetched when it is first shown. Nothing stands in its place until then.
pub fn later(opening: Opening) -> AnyView {
    let slot = Slot::new();
    slot.open(|| opening, Owner::current().unwrap_or_default().child(), || true);
    slot.view()
}

/// A lazily loaded page within another.
pub fn inside<T: LazyRoute>() -> AnyView {
    later(open::<T>())
}

#[cfg(test)]
mod tests {
    use super::Route;
    use leptos::prelude::*;
    use leptos_router::LazyRoute;
    use shared::Permission;

    struct Nothing;

    impl LazyRoute for Nothing {
        fn data() -> Self {
            Self
        }

        async fn view(_this: Self) -> AnyView {
            ().into_any()
        }
    }

    fn at(route: &'static str, path: &str) -> bool {
        Route::new::<Nothing>(route, Permission::CallsList).is_at(path)
    }

    #[test]
    fn a_page_is_at_its_path_alone() {
        assert!(at("/", "/"));
        assert!(!at("/", "/calls"));
        assert!(at("/agents", "/agents") && at("/agents", "/agents/"));
        assert!(!at("/agents", "/agents/1") && !at("/agents", "/agentship"));
    }

    #[test]
    fn a_page_with_a_child_is_one_step_below_too() {
        assert!(at("/calls/*", "/calls") && at("/calls/*", "/calls/0198") && at("/calls/*", "/calls/"));
        assert!(!at("/calls/*", "/calls/0198/more") && !at("/calls/*", "/callsigns"));
    }
}
