//! One agent as a row.

use leptos::prelude::*;
use shared::agent::{Agent, CallLimit, LimitState};

use crate::format;
use crate::ui::{Avatar, Badge, Column, Tone, When, lu};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("Name"),
    Column::new("Language").with("max-md:hidden"),
    Column::new("Voice").with("max-lg:hidden"),
    Column::new("Model").with("max-xl:hidden"),
    Column::right("Calls, 7 days"),
    Column::right("Successful").with("max-md:hidden"),
    Column::right("Last call").with("max-sm:hidden"),
];

/// The cells; `href` opens the agent.
pub(super) fn cells(agent: &Agent, href: &str) -> AnyView {
    view! {
        <td class="w-full max-w-0">
            <span class="flex min-w-0 items-center gap-2.5">
                <Avatar name=agent.name.clone() />
                <a href=href.to_owned() tabindex="-1" class="min-w-0 truncate font-medium" dir="auto" title=agent.name.clone()>
                    {agent.name.clone()}
                </a>
                <span class="flex flex-none gap-1.5 max-sm:hidden">
                    <Marks monitoring=agent.monitoring archived=agent.archived />
                    {agent.call_limit.as_ref().and_then(bound)}
                </span>
            </span>
        </td>
        <td class="max-md:hidden">{agent.language.as_deref().map_or_else(dash, language)}</td>
        <td class="truncate max-lg:hidden">{voice(agent).unwrap_or_else(dash)}</td>
        <td class="truncate max-xl:hidden">{agent.llm.clone().unwrap_or_else(dash)}</td>
        <td class="right num">{format::integer(agent.calls_7d as f64)}</td>
        <td class="right num max-md:hidden">{agent.success_rate_7d.map_or_else(dash, format::percent)}</td>
        <td class="right max-sm:hidden">
            {match agent.last_call_at {
                Some(at) => view! { <When at /> }.into_any(),
                None => "–".into_any(),
            }}
        </td>
    }
    .into_any()
}

/// What sets an agent apart.
#[component]
pub(super) fn Marks(monitoring: bool, archived: bool) -> AnyView {
    view! {
        {monitoring
            .then(|| {
                view! {
                    <Badge tone=Tone::Brand icon=lu::LuCaptions>
                        "Live transcript"
                    </Badge>
                }
            })}
        {archived
            .then(|| {
                view! { <Badge icon=lu::LuArchive>"Archived"</Badge> }
            })}
    }
    .into_any()
}

/// A bound on its calls that its reader should know of.
fn bound(limit: &CallLimit) -> Option<AnyView> {
    if limit.state == LimitState::Failed {
        let badge = view! { <Badge tone=Tone::Bad icon=lu::LuTriangleAlert>"Limit not set"</Badge> };
        return Some(badge.into_any());
    }
    let badge = view! { <Badge tone=Tone::Warn icon=lu::LuPhoneOff>"No new calls"</Badge> };
    limit.stopped.then(|| badge.into_any())
}

/// The voice's name or, where the provider did not tell it, its id.
pub(super) fn voice(agent: &Agent) -> Option<String> {
    agent.voice_name.clone().or_else(|| agent.voice_id.clone())
}

/// The name of a language in its usual English form, or the code where the table has none.
pub(super) fn language(code: &str) -> String {
    const NAMES: &[(&str, &str)] = &[
        ("ar", "Arabic"),
        ("bg", "Bulgarian"),
        ("cs", "Czech"),
        ("da", "Danish"),
        ("de", "German"),
        ("el", "Greek"),
        ("en", "English"),
        ("es", "Spanish"),
        ("fi", "Finnish"),
        ("fr", "French"),
        ("he", "Hebrew"),
        ("hi", "Hindi"),
        ("hr", "Croatian"),
        ("hu", "Hungarian"),
        ("id", "Indonesian"),
        ("it", "Italian"),
        ("ja", "Japanese"),
        ("ko", "Korean"),
        ("ms", "Malay"),
        ("nl", "Dutch"),
        ("no", "Norwegian"),
        ("pl", "Polish"),
        ("pt", "Portuguese"),
        ("pt-br", "Portuguese (Brazil)"),
        ("ro", "Romanian"),
        ("ru", "Russian"),
        ("sk", "Slovak"),
        ("sv", "Swedish"),
        ("ta", "Tamil"),
        ("tr", "Turkish"),
        ("uk", "Ukrainian"),
        ("vi", "Vietnamese"),
        ("zh", "Chinese"),
    ];
    let known = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code));
    known.map_or_else(|| code.to_owned(), |(_, name)| (*name).to_owned())
}

fn dash() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn an_unknown_language_keeps_its_code() {
        assert_eq!(language("de"), "German");
        assert_eq!(language("pt-BR"), "Portuguese (Brazil)");
        assert_eq!(language("tlh"), "tlh");
    }
}
