//! One running call on the wall.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::CallId;
use shared::call::Direction;
use shared::live::LiveGrade;
use shared::live_wall::WallCall;
use std::collections::BTreeSet;

use crate::format;
use crate::frame::Entering;
use crate::state::Memo;
use crate::ui::{Badge, Column, DirectionMark, Elapsed, Row, StatusMark, Tone, lu};

pub(super) const COLUMNS: &[Column] = &[
    Column::right("Since"),
    Column::new("Customer"),
    Column::new("Agent").with("max-sm:hidden"),
    Column::new("With").with("max-md:hidden"),
    Column::new("State").with("max-lg:hidden"),
    Column::new("Grade").with("max-lg:hidden"),
];

#[component]
pub(super) fn CallRow(call: WallCall, long: Memo<BTreeSet<CallId>>) -> AnyView {
    let navigate = use_navigate();
    let entering = Entering::here();
    let id = call.id;
    let is_long = Memo::new(move |_| long.with(|long| long.contains(&id)));
    let (organization, name, is_own) = (call.organization_id, call.organization_name.clone(), call.is_own);
    // One's own call opens; into a customer one goes with a reason.
    let open = move |()| match is_own {
        true => navigate(&format!("/live?call={id}"), Default::default()),
        false => entering.go(organization, name.clone()),
    };
    let started = call.started_at;
    let time = move || match is_long.get() {
        true => view! {
            <Badge tone=Tone::Bad icon=lu::LuTimer>
                <Elapsed since=started />
            </Badge>
        }
        .into_any(),
        false => view! { <Elapsed since=started /> }.into_any(),
    };
    let with = match (&call.counterpart, call.direction) {
        (Some(number), _) => format::phone(number),
        (None, Direction::Web) => "From a browser".to_owned(),
        (None, direction) => direction.label().to_owned(),
    };
    let grade = match call.grade {
        LiveGrade::Transcript => "Live transcript",
        LiveGrade::Presence => "Presence only",
    };
    view! {
        <Row on_open=Callback::new(open) marked=is_long>
            <td class="right num">{time}</td>
            <td class="w-full max-w-0">
                <span class="block truncate font-medium">{call.organization_name.clone()}</span>
                <span class="block truncate text-xs text-muted sm:hidden">{call.agent.name.clone()}</span>
            </td>
            <td class="max-w-64 truncate max-sm:hidden">{call.agent.name.clone()}</td>
            <td class="max-md:hidden">
                <span class="inline-flex items-center gap-2">
                    <DirectionMark direction=call.direction />
                    <span class="num">{with}</span>
                </span>
            </td>
            <td class="max-lg:hidden">
                <StatusMark status=call.status />
            </td>
            <td class="text-muted max-lg:hidden">{grade}</td>
        </Row>
    }
    .into_any()
}
