//! What a person should look at.

use leptos::prelude::*;
use shared::dashboard::{Attention, AttentionKind};

use super::data::DashboardData;
use crate::ui::{Card, Glyph, Icon, Tone, lu};

#[component]
pub(super) fn NeedsAttention(data: DashboardData) -> AnyView {
    let items = data.part(|d| d.attention.clone());
    let body = move || {
        items.with(|items| {
            if items.is_empty() {
                view! {
                    <p class="flex items-center gap-2 px-4 py-3 text-sm text-muted">
                        <Icon glyph=lu::LuCircleCheck class="text-good" />
                        "Nothing needs your attention."
                    </p>
                }
                .into_any()
            } else {
                view! { <ul class="divide-y divide-line">{items.iter().map(item).collect_view()}</ul> }
                    .into_any()
            }
        })
    };
    view! { <Card title="Needs attention" class="overflow-clip">{body}</Card> }.into_any()
}

fn item(attention: &Attention) -> AnyView {
    let (glyph, tone) = mark(attention.kind);
    view! {
        <li>
            <a
                href=attention.link.clone()
                class="flex gap-3 px-4 py-2.5 text-sm hover:bg-hover focus-visible:-outline-offset-2"
            >
                <span class=format!("flex h-5 items-center text-(--tone) {}", tone.class())>
                    <Icon glyph />
                </span>
                <span class="min-w-0 flex-1 break-words">{attention.message.clone()}</span>
                <span class="flex h-5 items-center text-faint">
                    <Icon glyph=lu::LuChevronRight />
                </span>
            </a>
        </li>
    }
    .into_any()
}

fn mark(kind: AttentionKind) -> (Glyph, Tone) {
    match kind {
        AttentionKind::ConnectionTrouble => (lu::LuUnplug, Tone::Bad),
        AttentionKind::SyncFailed => (lu::LuTriangleAlert, Tone::Bad),
        AttentionKind::DomainBroken => (lu::LuGlobe, Tone::Bad),
        AttentionKind::WebhookMissing => (lu::LuWebhook, Tone::Warn),
        AttentionKind::WebhookTrouble => (lu::LuWebhook, Tone::Bad),
        AttentionKind::CallsMissing => (lu::LuPhoneMissed, Tone::Warn),
        AttentionKind::FailedCalls => (lu::LuPhoneMissed, Tone::Warn),
        AttentionKind::MinutesNearlyUsed => (lu::LuHourglass, Tone::Warn),
        AttentionKind::MinutesUsed => (lu::LuPhoneOff, Tone::Bad),
        AttentionKind::TooManyCalls => (lu::LuPhoneCall, Tone::Warn),
        AttentionKind::LimitNotApplied => (lu::LuTriangleAlert, Tone::Bad),
    }
}
