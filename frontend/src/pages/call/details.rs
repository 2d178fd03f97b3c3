//! Cost and the plain facts.

use leptos::prelude::*;
use shared::call::CallDetail;
use shared::letters;

use super::data::CallData;
use crate::format;
use crate::state::Memo;
use crate::ui::{Badge, Card, CopyField, Fact, Facts, Tone, When};

#[component]
pub(super) fn Cost(data: CallData) -> AnyView {
    let cost = Memo::new(move |_| data.with(|detail| Some((detail.call.cost?, detail.cost_breakdown))));
    let body = move || {
        let (cost, parts) = cost.get()?;
        let usd = |micros: Option<i64>| micros.map(format::usd_micros);
        let credits =
            |credits: Option<i64>| credits.map(|c| format!("{} credits", format::integer(c as f64)));
        let total = usd(cost.usd_micros)
            .or_else(|| credits(cost.credits))
            .unwrap_or_else(|| "Not known yet".into());
        let both = |micros, count| match (usd(micros), credits(count)) {
            (Some(usd), Some(credits)) => Some(format!("{usd} · {credits}")),
            (one, other) => one.or(other),
        };
        let parts = parts.unwrap_or_default();
        let platform = both(parts.platform_usd_micros, parts.call_credits);
        let llm = both(parts.llm_usd_micros, parts.llm_credits);
        Some(view! {
            <Card title="Cost at the provider" padded=true>
                <Facts>
                    <Fact name="Total">
                        <span class="num font-medium">{total}</span>
                    </Fact>
                    {cost
                        .usd_micros
                        .and(credits(cost.credits))
                        .map(|credits| view! { <Fact name="Billed as"><span class="num">{credits}</span></Fact> })}
                    {platform.map(|text| view! { <Fact name="Platform"><span class="num">{text}</span></Fact> })}
                    {llm.map(|text| view! { <Fact name="Language model"><span class="num">{text}</span></Fact> })}
                    {parts
                        .burst
                        .then(|| {
                            view! {
                                <Fact name="Burst">
                                    <Badge tone=Tone::Warn>"Billed double, over concurrency"</Badge>
                                </Fact>
                            }
                        })}
                </Facts>
            </Card>
        })
    };
    body.into_any()
}

#[component]
pub(super) fn Metadata(data: CallData) -> AnyView {
    let body = move || {
        data.detail.get().map(|detail| {
            view! {
                <Card title="Details" padded=true>
                    {facts(&detail)}
                </Card>
            }
        })
    };
    body.into_any()
}

fn facts(detail: &CallDetail) -> AnyView {
    let known = known(detail);
    let (updated_at, conversation) = (detail.updated_at, detail.call.conversation_id.clone());
    view! {
        <Facts>
            {known
                .into_iter()
                .map(|(name, value)| view! { <Fact name><span class="num">{value}</span></Fact> })
                .collect_view()}
            <Fact name="Updated">
                <When at=updated_at />
            </Fact>
        </Facts>
        <div class="grid gap-1 pt-4">
            <span class="label-caps">"Conversation at the provider"</span>
            <CopyField value=conversation />
        </div>
    }
    .into_any()
}

/// What is not known of a call is not listed.
fn known(detail: &CallDetail) -> Vec<(&'static str, String)> {
    let call = &detail.call;
    let sound = detail
        .recording_detail
        .as_ref()
        .and_then(|recording| recording.bytes);
    let all = [
        ("Error", detail.error.clone()),
        ("Ended because", detail.termination_reason.clone()),
        ("Direction", Some(call.direction.label().to_owned())),
        ("Other side", call.counterpart.as_deref().map(format::phone)),
        (
            "Agent's number",
            detail.agent_number.as_deref().map(format::phone),
        ),
        ("Source", detail.source.clone()),
        (
            "Language",
            call.language.as_ref().map(|code| letters::upper(code)),
        ),
        ("Turns", Some(format::integer(f64::from(call.message_count)))),
        (
            "Caller's rating",
            detail.rating.map(|rating| format!("{rating} of 5")),
        ),
        (
            "Recording",
            sound.map(|bytes| format!("{} kB", format::integer(bytes as f64 / 1_000.0))),
        ),
    ];
    all.into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
        .collect()
}
