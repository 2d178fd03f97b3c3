//! What a workspace's plan has left.

use leptos::prelude::*;
use shared::connection::WorkspaceInfo;
use shared::letters;

use crate::format;

/// A bar where both numbers are known, else what is known.
#[component]
pub(super) fn Credits(workspace: WorkspaceInfo) -> AnyView {
    let (used, limit) = match (workspace.credits_used, workspace.credits_limit) {
        (Some(used), Some(limit)) if limit > 0 => (used, limit),
        (Some(used), _) => {
            let text = format!("{} credits used", format::integer(used as f64));
            return view! { <span class="num">{text}</span> }.into_any();
        }
        _ => return view! { <span class="text-muted">"Not told by ElevenLabs"</span> }.into_any(),
    };
    let share = used as f64 / limit as f64;
    let text = format!(
        "{} of {} credits used",
        format::integer(used as f64),
        format::integer(limit as f64)
    );
    view! {
        <div class="grid gap-1.5">
            <span class="num">{text.clone()}</span>
            <div
                class="progress"
                role="meter"
                aria-label="Credits used"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=(share.clamp(0.0, 1.0) * 100.0).round().to_string()
                aria-valuetext=text
            >
                <div
                    class=(share >= 0.9).then_some("bg-warn!")
                    style=format!("transform:scaleX({:.4})", share.clamp(0.0, 1.0))
                ></div>
            </div>
            {(share >= 0.9)
                .then(|| view! { <span class="text-xs text-warn">"Nearly used up: calls may be refused."</span> })}
        </div>
    }
    .into_any()
}

/// `Creator` of `creator`.
pub(super) fn plan(workspace: &WorkspaceInfo) -> String {
    let Some(tier) = &workspace.tier else {
        return "Not told by ElevenLabs".to_owned();
    };
    letters::capital(&tier.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::plan;
    use shared::connection::WorkspaceInfo;

    #[test]
    fn a_plan_is_shown_as_a_name() {
        let workspace = |tier: Option<&str>| WorkspaceInfo {
            provider_user_id: "u".to_owned(),
            tier: tier.map(str::to_owned),
            credits_used: None,
            credits_limit: None,
        };
        assert_eq!(plan(&workspace(Some("growing_business"))), "Growing business");
        assert_eq!(plan(&workspace(None)), "Not told by ElevenLabs");
    }
}
