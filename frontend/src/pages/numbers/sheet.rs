//! One number in a sheet over the list.

use leptos::prelude::*;
use shared::number::{Assignment, PhoneNumber};
use shared::{Permission, PhoneNumberId};

use super::answer::Answer;
use super::{answering, carrier, state};
use crate::api::Paged;
use crate::format;
use crate::state::{Memo, SessionState};
use crate::ui::{Button, CopyField, Fact, Facts, Icon, Sheet, When, lu};

/// Open while `chosen` is among the shown numbers.
#[component]
pub(super) fn NumberSheet(
    list: Paged<PhoneNumber>,
    chosen: Memo<Option<PhoneNumberId>>,
    choose: Callback<Option<PhoneNumberId>>,
    giving: RwSignal<Option<PhoneNumber>>,
) -> AnyView {
    let number = Memo::new(move |_| {
        let id = chosen.get()?;
        list.rows
            .with(|rows| rows.iter().find(|number| number.id == id).cloned())
    });
    let there = Memo::new(move |_| number.with(Option::is_some));
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(there.get()));
    // Closed by its reader: the address says so, too.
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now && chosen.get_untracked().is_some() && there.get_untracked() {
            choose.run(None);
        }
        now
    });
    let title = Signal::derive(move || {
        number.with(|number| {
            number
                .as_ref()
                .map(|n| format::phone(&n.number))
                .unwrap_or_default()
        })
    });
    let body = move || number.get().map(|number| view! { <Body number list giving /> });
    view! {
        <Sheet open title>
            {body}
        </Sheet>
    }
    .into_any()
}

#[component]
fn Body(number: PhoneNumber, list: Paged<PhoneNumber>, giving: RwSignal<Option<PhoneNumber>>) -> AnyView {
    let session = SessionState::here();
    let (may_assign, may_move, own) = untrack(|| {
        let own = session.session().map(|session| session.organization.id);
        (
            session.may(Permission::NumbersAssign),
            session.may(Permission::NumbersMove),
            own == Some(number.organization_id),
        )
    });
    let trouble = (number.assignment == Assignment::Failed).then(|| {
        let why = number.trouble.clone().unwrap_or_default();
        view! {
            <p class="flex gap-2 text-sm" role="alert">
                <Icon glyph=lu::LuTriangleAlert class="text-bad" />
                <span>{format!("ElevenLabs did not take the last change. {why}")}</span>
            </p>
        }
    });
    let here = !number.archived;
    let elsewhere = (may_assign && here && !own).then(|| {
        let text = format!(
            "To choose who answers, enter {}: its own agents can.",
            number.organization_name
        );
        view! { <p class="text-sm text-muted">{text}</p> }
    });
    view! {
        <div class="grid gap-6">
            {facts(&number)} {trouble} {elsewhere}
            {(may_assign && here && own).then(|| view! { <Answer number=number.clone() list /> })}
            {(may_move && here)
                .then(|| {
                    let number = number.clone();
                    view! {
                        <div class="border-t border-line pt-5">
                            <Button icon=lu::LuArrowRightLeft on_press=move |()| giving.set(Some(number.clone()))>
                                "Move to another organization"
                            </Button>
                        </div>
                    }
                })}
        </div>
    }
    .into_any()
}

fn facts(number: &PhoneNumber) -> AnyView {
    let wanted = (number.assignment == Assignment::Pending)
        .then(|| number.wanted_agent.clone().unwrap_or_else(|| "Nobody".to_owned()));
    let ways = match (number.supports_inbound, number.supports_outbound) {
        (true, true) => "Inbound and outbound",
        (true, false) => "Inbound",
        (false, true) => "Outbound",
        (false, false) => "None",
    };
    let moved = number.moved_at.map(|at| {
        view! {
            <Fact name="Given away">
                <When at />
            </Fact>
        }
    });
    let label = Some(number.label.clone()).filter(|label| !label.is_empty());
    let state = state(number);
    let (answered, organization) = (answering(number), number.organization_name.clone());
    let (carrier, id) = (carrier(&number.provider), number.provider_number_id.clone());
    view! {
        <Facts>
            {state.map(|state| view! { <Fact name="State">{state}</Fact> })}
            {label.map(|label| view! { <Fact name="Label">{label}</Fact> })} <Fact name="Answered by">{answered}</Fact>
            {wanted.map(|wanted| view! { <Fact name="To be answered by">{wanted}</Fact> })}
            <Fact name="Organization">{organization}</Fact> <Fact name="Carrier">{carrier}</Fact>
            <Fact name="Calls">{ways}</Fact> {moved} <Fact name="ElevenLabs id">
                <CopyField value=id />
            </Fact>
        </Facts>
    }
    .into_any()
}
