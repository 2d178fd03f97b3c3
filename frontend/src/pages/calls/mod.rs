//! The call log, and one call in a panel over it (`/calls/{id}`). Opened by a link, or where the window is narrow, the
//! call has the page to itself.

mod amounts;
mod bulk;
mod chips;
mod filter;
mod filter_bar;
mod found;
mod keys;
mod list;
mod log;
mod more;
mod more_filters;
mod panel;
mod row;
mod selection;
mod view_dialog;
mod views;
mod work_filters;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{LazyRoute, NavigateOptions, lazy_route};
use shared::CallId;

use super::call::{CallPage, Surface};
use crate::frame::inside;
use crate::state::Memo;
use crate::ui::is_wide;
use filter::UrlFilter;
use found::Found;
use list::LogList;
use log::Log;
pub(crate) use work_filters::{disposition_choices, members, stars_of};

/// `/calls`; its child route is the open call.
pub struct CallsPage;

#[lazy_route]
impl LazyRoute for CallsPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Calls /> }.into_any()
    }
}

#[component]
fn Calls() -> AnyView {
    let location = use_location();
    let navigate = use_navigate();
    let path = location.pathname;
    let some_call = Memo::new(move |_| path.with(|path| call_of(path).is_some()));
    let open = Memo::new(move |_| path.with(|path| call_of(path).and_then(|id| id.parse::<CallId>().ok())));
    let wide = is_wide();
    // A call that was opened by a link keeps the page until its reader goes to the list.
    let by_link = RwSignal::new(some_call.get_untracked());
    Effect::new(move |_| {
        if !some_call.get() {
            by_link.set(false);
        }
    });
    let in_panel = Memo::new(move |_| some_call.get() && wide.get() && !by_link.get());
    let list_shown = Memo::new(move |_| !some_call.get() || in_panel.get());
    let list_made = Memo::new(move |made: Option<&bool>| made == Some(&true) || list_shown.get());
    let list = StoredValue::new(None::<(Log, UrlFilter)>);

    let go = Callback::new(move |(target, scroll): (Option<CallId>, bool)| {
        let path = target.map_or_else(|| "/calls".to_owned(), |id| format!("/calls/{id}"));
        let search = location.search.get_untracked();
        let query = if search.is_empty() {
            String::new()
        } else {
            format!("?{}", search.trim_start_matches('?'))
        };
        navigate(
            &format!("{path}{query}"),
            NavigateOptions {
                scroll,
                ..Default::default()
            },
        );
    });
    let surface = Surface {
        call: open,
        panel: in_panel.into(),
        close: Callback::new(move |()| {
            let left = open.get_untracked();
            go.run((None, false));
            panel::focus_row(left);
        }),
        step: Callback::new(move |step: isize| {
            let log = list.with_value(|list| list.map(|(log, _)| log));
            let next = open
                .get_untracked()
                .zip(log)
                .and_then(|(id, log)| log.neighbour(id, step));
            if next.is_some() {
                go.run((next, false));
            }
        }),
        jump: RwSignal::new(None),
        widen: Callback::new(move |()| by_link.set(true)),
        changed: Callback::new(move |id| {
            if let Some((log, _)) = list.get_value() {
                log.change(id, |call| call.work.unread = false);
            }
        }),
    };
    provide_context(surface);
    panel::keep_scroll(list_shown.into());
    let make_list = move || {
        let filter = UrlFilter::here();
        let log = Log::new(filter);
        list.set_value(Some((log, filter)));
        let on_open = move |id| go.run((Some(id), !wide.get_untracked()));
        let open_at = Callback::new(move |(id, turn): (CallId, i32)| {
            surface.jump.set(Some(turn));
            on_open(id);
        });
        let found = Found::follow(log, filter, open_at);
        view! { <LogList log filter found open on_open /> }
    };
    view! {
        <Show when=move || list_made.get()>
            <div class:hidden=move || !list_shown.get()>{make_list()}</div>
        </Show>
        <panel::Panel open=some_call panel=in_panel surface>
            <Show when=move || some_call.get()>{inside::<CallPage>()}</Show>
        </panel::Panel>
    }
    .into_any()
}

/// The id in `/calls/{id}`, whatever it is.
fn call_of(path: &str) -> Option<&str> {
    path.strip_prefix("/calls/")
        .map(|rest| rest.trim_end_matches('/'))
        .filter(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::call_of;

    #[test]
    fn the_list_itself_names_no_call() {
        assert_eq!(call_of("/calls"), None);
        assert_eq!(call_of("/calls/"), None);
        assert_eq!(call_of("/calls/0198/"), Some("0198"));
    }
}
