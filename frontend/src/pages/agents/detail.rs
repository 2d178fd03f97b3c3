//! One agent in a sheet over the list: what it is, and what it was told where the role includes that.

use leptos::prelude::*;
use shared::agent::{Agent, CallLimit, LimitState};
use shared::{AgentId, Permission};

use super::list::AgentList;
use super::row::{Marks, language, voice};
use crate::format;
use crate::state::{Memo, SessionState};
use crate::ui::{Badge, Button, ButtonLink, CopyButton, CopyField, Fact, Facts, Icon, Sheet, When, lu};

/// Open while `chosen` is among the shown agents.
#[component]
pub(super) fn AgentSheet(
    list: AgentList,
    chosen: Memo<Option<AgentId>>,
    choose: Callback<Option<AgentId>>,
    giving: RwSignal<Option<Agent>>,
) -> AnyView {
    let agent = Memo::new(move |_| chosen.get().and_then(|id| list.with_agent(id, Clone::clone)));
    let there = Memo::new(move |_| agent.with(Option::is_some));
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
        agent.with(|agent| agent.as_ref().map(|a| a.name.clone()).unwrap_or_default())
    });
    view! {
        <Sheet open title>
            {move || agent.with(|agent| agent.as_ref().map(|agent| body(agent, giving)))}
        </Sheet>
    }
    .into_any()
}

fn body(agent: &Agent, giving: RwSignal<Option<Agent>>) -> AnyView {
    let session = SessionState::here();
    let (calls, prompts, moves) = untrack(|| {
        (
            session.may(Permission::CallsList),
            session.may(Permission::AgentsPrompt),
            session.may(Permission::AgentsMove),
        )
    });
    let give = moves.then(|| {
        let agent = agent.clone();
        view! {
            <Button icon=lu::LuArrowRightLeft on_press=move |()| giving.set(Some(agent.clone()))>
                "Move to another organization"
            </Button>
        }
    });
    let link = calls.then(|| {
        view! {
            <ButtonLink href=format!("/calls?agent={}", agent.id) icon=lu::LuPhone>
                "Show its calls"
            </ButtonLink>
        }
    });
    let said = prompts.then(|| {
        let silent = "The agent waits for the caller to speak first.";
        let free = "The agent has no instructions of its own.";
        view! {
            {words("First message", agent.first_message.as_deref(), silent)}
            {words("Prompt", agent.prompt.as_deref(), free)}
        }
    });
    view! {
        <div class="grid gap-6">
            <div class="flex flex-wrap items-center gap-2">
                {link} {give} <Marks monitoring=agent.monitoring archived=agent.archived />
            </div>
            {agent.call_limit.as_ref().map(limit)}
            {facts(agent)}
            {said}
        </div>
    }
    .into_any()
}

/// What binds its calls, and whether ElevenLabs knows.
fn limit(limit: &CallLimit) -> AnyView {
    let bound = match (limit.stopped, limit.max_concurrent) {
        (true, _) => "Takes no new calls: the minutes of this month are used up.".to_owned(),
        (false, Some(1)) => "Takes 1 call at a time.".to_owned(),
        (false, Some(most)) => format!("Takes {most} calls at a time."),
        (false, None) => "Its limit on calls was lifted.".to_owned(),
    };
    let (glyph, class, told) = match limit.state {
        LimitState::Applied => (
            lu::LuCircleCheck,
            "text-good",
            "ElevenLabs keeps to it.".to_owned(),
        ),
        LimitState::Pending => (
            lu::LuHourglass,
            "text-muted",
            "ElevenLabs is being told.".to_owned(),
        ),
        LimitState::Failed => (
            lu::LuTriangleAlert,
            "text-bad",
            format!(
                "ElevenLabs did not take it, it is tried again in a while. {}",
                limit.error.as_deref().unwrap_or_default()
            ),
        ),
    };
    view! {
        <p class="flex gap-2 text-sm" role="status">
            <Icon glyph class=class />
            <span>{format!("{bound} {told}")}</span>
        </p>
    }
    .into_any()
}

fn facts(agent: &Agent) -> AnyView {
    let fact =
        |name: &'static str, value: Option<String>| value.map(|value| view! { <Fact name>{value}</Fact> });
    let rate = agent
        .success_rate_7d
        .map(|rate| format!("{} of the judged", format::percent(rate)));
    let tags = (!agent.tags.is_empty()).then(|| {
        let tags = agent.tags.iter().cloned();
        let tags = tags.map(|tag| view! { <Badge>{tag}</Badge> }).collect_view();
        view! {
            <Fact name="Tags">
                <span class="flex flex-wrap gap-1.5">{tags}</span>
            </Fact>
        }
    });
    let last_call = agent.last_call_at.map(|at| {
        view! {
            <Fact name="Last call">
                <When at />
            </Fact>
        }
    });
    let known = (
        fact("Language", agent.language.as_deref().map(language)),
        fact("Voice", voice(agent)),
        fact("Model", agent.llm.clone()),
        fact("Calls, 7 days", Some(format::integer(agent.calls_7d as f64))),
        fact("Successful, 7 days", rate),
    );
    let id = agent.provider_agent_id.clone();
    view! {
        <Facts>
            {known} {last_call} {tags} <Fact name="ElevenLabs id">
                <CopyField value=id />
            </Fact>
        </Facts>
    }
    .into_any()
}

fn words(title: &'static str, text: Option<&str>, none: &'static str) -> AnyView {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let copy = text.map(|text| view! { <CopyButton text=text.to_owned() /> });
    let shown = match text {
        Some(text) => view! {
            <p
                class="rounded-md border border-line bg-page px-3 py-2 text-sm break-words whitespace-pre-wrap"
                dir="auto"
            >
                {text.to_owned()}
            </p>
        }
        .into_any(),
        None => view! { <p class="text-sm text-muted">{none}</p> }.into_any(),
    };
    view! {
        <section class="grid gap-2">
            <div class="flex min-h-7 items-center justify-between">
                <h3 class="text-sm font-semibold">{title}</h3>
                {copy}
            </div>
            {shown}
        </section>
    }
    .into_any()
}
