//! Checks the chain of hashes when asked.

use leptos::prelude::*;
use shared::audit::{AuditVerdict, BrokenHow};

use crate::api::{self, ApiError};
use crate::format;
use crate::ui::{Button, Icon, Tone, When, lu};

#[component]
pub(super) fn Verify() -> AnyView {
    let verdict = RwSignal::new(None::<Result<AuditVerdict, ApiError>>);
    let asking = RwSignal::new(false);
    let check = move |()| {
        asking.set(true);
        leptos::task::spawn_local(async move {
            let reply = api::get::<AuditVerdict>("/api/audit/verify").await;
            verdict.set(Some(reply));
            asking.set(false);
        });
    };
    let said = move || {
        verdict.with(|verdict| {
            verdict.as_ref().map(|verdict| match verdict {
                Err(error) => line(Tone::Bad, error.title(), None),
                Ok(verdict) => {
                    let (tone, text) = words(verdict);
                    line(tone, text, Some(verdict.as_of))
                }
            })
        })
    };
    view! {
        <div class="mb-3 flex flex-wrap items-center gap-3">
            <Button small=true icon=lu::LuShieldCheck loading=asking on_press=check>
                "Verify"
            </Button>
            <span class="text-sm text-muted" aria-live="polite">
                {move || said().unwrap_or_else(|| "Each entry is chained to the one before it by a hash.".into_any())}
            </span>
        </div>
    }
    .into_any()
}

fn words(verdict: &AuditVerdict) -> (Tone, String) {
    match &verdict.broken {
        None => (
            Tone::Good,
            format!(
                "All {} entries are as they were written.",
                format::integer(verdict.checked as f64)
            ),
        ),
        Some(broken) => {
            let number = format::integer(broken.sequence as f64);
            let what = match broken.how {
                BrokenHow::Changed => "was changed after it was written",
                BrokenHow::Missing => "is missing",
            };
            (
                Tone::Bad,
                format!("Entry {number} {what}. Ask whoever runs the database."),
            )
        }
    }
}

fn line(tone: Tone, text: String, at: Option<chrono::DateTime<chrono::Utc>>) -> AnyView {
    let glyph = if tone == Tone::Good {
        lu::LuCircleCheck
    } else {
        lu::LuTriangleAlert
    };
    view! {
        <span class=format!("inline-flex items-center gap-1.5 {}", tone.class())>
            <Icon glyph />
            {text}
        </span>
        {at.map(|at| view! { <span class="ml-2">"Checked " <When at /></span> })}
    }
    .into_any()
}
