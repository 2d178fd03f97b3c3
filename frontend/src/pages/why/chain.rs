//! The verdict and its rules.

use leptos::prelude::*;
use shared::explain::{Explanation, Rule, Says};

use crate::ui::{Badge, Tone, lu};

#[component]
pub(super) fn Chain(explanation: Explanation) -> AnyView {
    let (tone, icon, words) = if explanation.allowed {
        (Tone::Good, lu::LuCircleCheck, "Allowed")
    } else {
        (Tone::Bad, lu::LuCircleX, "Not allowed")
    };
    let sentence = format!("{}: {}", explanation.name, explanation.permission.label());
    view! {
        <div class="flex flex-wrap items-center gap-3 border-b border-line px-4 py-3">
            <Badge tone icon>
                {words}
            </Badge>
            <span class="font-medium" dir="auto">
                {sentence}
            </span>
        </div>
        <ol class="divide-y divide-line">{explanation.rules.into_iter().map(rule).collect_view()}</ol>
        <p class="border-t border-line px-4 py-3 text-sm text-muted">
            "Something must give a permission, and nothing may deny it."
        </p>
    }
    .into_any()
}

fn rule(rule: Rule) -> AnyView {
    let (tone, words) = match rule.says {
        Says::Gives => (Tone::Good, "Gives"),
        Says::Denies => (Tone::Bad, "Denies"),
        Says::Nothing => (Tone::default(), "No objection"),
    };
    view! {
        <li class="flex items-start justify-between gap-4 px-4 py-2.5">
            <div class="min-w-0">
                <p dir="auto">{rule.text}</p>
                <p class="text-sm text-muted" dir="auto">
                    {format!("Set in {}", rule.set_in)}
                </p>
            </div>
            <span class="flex-none">
                <Badge tone>{words}</Badge>
            </span>
        </li>
    }
    .into_any()
}
