//! Whom it is about: oneself, or a member who is searched where they are many.

use leptos::prelude::*;
use serde::Serialize;
use shared::member::Member;
use shared::{Page, Permission, UserId};

use crate::api::{self, ApiError, Latest};
use crate::pages::typed::settled;
use crate::state::SessionState;
use crate::ui::{Choice, Field, SearchInput, Select};

/// Members that are offered at a time; the search finds the others.
const OFFERED: u32 = 50;

#[derive(Serialize)]
struct Query {
    limit: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
}

#[component]
pub(super) fn MemberChoice(user: RwSignal<String>) -> AnyView {
    let session = SessionState::here();
    let me = untrack(|| session.session()).map(|session| session.user.id);
    let found = RwSignal::new(Vec::<Choice>::new());
    // Who is asked about stays to be seen while another is searched.
    let asked = RwSignal::new(None::<Choice>);
    let (typed, many) = (RwSignal::new(String::new()), RwSignal::new(false));
    let failed = RwSignal::new(None::<String>);
    let wanted = settled(typed);
    let latest = Latest::new();
    let may_list = untrack(|| session.may(Permission::MembersList));
    Effect::new(move |_| {
        let query = Query {
            limit: OFFERED,
            q: wanted.get().trim().to_owned(),
        };
        if !may_list {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::get_latest::<Page<Member>>(&api::with_query("/api/members", &query), latest).await {
                Ok(page) => {
                    _ = many.try_update(|many| *many |= page.next_cursor.is_some());
                    _ = found.try_set(
                        page.items
                            .iter()
                            .filter(|m| Some(m.id) != me)
                            .map(choice)
                            .collect(),
                    );
                    _ = failed.try_set(None);
                }
                Err(ApiError::Superseded) => {}
                // One can still ask about oneself.
                Err(error) => _ = failed.try_set(Some(error.title())),
            }
        });
    });
    Effect::new(move |_| {
        let user = user.get();
        let known = found.with_untracked(|found| found.iter().find(|choice| choice.value == user).cloned());
        if known.is_some() {
            asked.set(known);
        }
    });
    let choices = Signal::derive(move || {
        let mut all: Vec<Choice> = me.map(myself).into_iter().collect();
        let asked = asked
            .get()
            .filter(|choice| user.with(|user| *user == choice.value));
        all.extend(asked.clone());
        found.with(|found| all.extend(found.iter().filter(|c| asked.as_ref() != Some(*c)).cloned()));
        all
    });
    view! {
        <div class="grid gap-2">
            <Field label="Member" error=failed>
                <Select choices value=user />
            </Field>
            <Show when=move || many.get()>
                <SearchInput value=typed label="Find a member by name or address" />
            </Show>
        </div>
    }
    .into_any()
}

fn myself(id: UserId) -> Choice {
    Choice::new(id.to_string(), "Myself")
}

fn choice(member: &Member) -> Choice {
    Choice::new(
        member.id.to_string(),
        format!("{} ({})", member.name, member.email.as_str()),
    )
}
