//! After how many days what is known of calls goes by itself.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::FieldError;
use shared::organization::OrganizationKind;
use shared::retention::{MAX_DAYS, Retention, RetentionPreview, RetentionRules, RetentionRun};

use crate::api::{self, ApiError};
use crate::format;
use crate::frame::Page;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::state::{Memo, SessionState, Toasts};
use crate::ui::{
    Button, Card, Checkbox, Dialog, ErrorState, Field, Input, SkeletonRows, Tone, Variant, When,
};

const PATH: &str = "/api/retention";
/// What has to be typed before rules that remove something are saved.
const WORD: &str = "remove";

/// `/settings/retention`.
pub struct RetentionPage;

#[lazy_route]
impl LazyRoute for RetentionPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Rules /> }.into_any()
    }
}

type Found = RwSignal<Option<Result<Retention, ApiError>>>;

#[component]
fn Rules() -> AnyView {
    let found: Found = RwSignal::new(None);
    let load = move || {
        leptos::task::spawn_local(async move {
            let reply = api::get::<Retention>(PATH).await;
            _ = found.try_set(Some(reply));
        });
    };
    load();
    let body = move || match found.get() {
        None => view! {
            <Card>
                <SkeletonRows rows=6 />
            </Card>
        }
        .into_any(),
        Some(Err(error)) => view! {
            <Card>
                <ErrorState error retry=Callback::new(move |()| load()) />
            </Card>
        }
        .into_any(),
        Some(Ok(retention)) => {
            let runs = retention.runs.clone();
            view! {
                <Card title="Rules" padded=true>
                    <RulesForm retention found />
                </Card>
                <Card title="Last nights">
                    <Runs runs />
                </Card>
            }
            .into_any()
        }
    };
    view! {
        <Page title="Retention">
            <div class="mx-auto grid max-w-[860px] gap-4">{body}</div>
        </Page>
    }
    .into_any()
}

fn text_of(days: Option<i32>) -> RwSignal<String> {
    RwSignal::new(days.map(|days| days.to_string()).unwrap_or_default())
}

/// Empty keeps for ever; anything but a number is wrong.
fn days_of(field: &'static str, text: &str) -> Result<Option<i32>, FieldError> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_number| {
            FieldError::new(field, format!("Choose 1 to {MAX_DAYS} days, or leave it empty"))
        }),
    }
}

#[component]
fn RulesForm(retention: Retention, found: Found) -> AnyView {
    let session = SessionState::here();
    let form = Form::new();
    let has_below =
        untrack(|| session.session()).is_some_and(|s| s.organization.kind != OrganizationKind::Customer);
    let own = retention.own;
    let fields = [
        (
            "recording_days",
            "Recordings",
            text_of(own.recording_days),
            retention.above.recording_days,
        ),
        (
            "transcript_days",
            "Transcripts, summaries and evaluations",
            text_of(own.transcript_days),
            retention.above.transcript_days,
        ),
        (
            "call_days",
            "Whole calls",
            text_of(own.call_days),
            retention.above.call_days,
        ),
    ];
    let texts = fields.map(|(field, _, text, _)| (field, text));
    let at_provider = RwSignal::new(own.at_provider);
    let binds_below = RwSignal::new(own.binds_below);
    let asked = RwSignal::new(None::<(RetentionRules, RetentionPreview)>);
    let open = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let read = texts.map(|(field, text)| days_of(field, &text.get_untracked()));
        let wrong: Vec<FieldError> = read.iter().filter_map(|days| days.clone().err()).collect();
        let [recording_days, transcript_days, call_days] = read.map(|days| days.ok().flatten());
        let rules = RetentionRules {
            recording_days,
            transcript_days,
            call_days,
            at_provider: at_provider.get_untracked(),
            binds_below: binds_below.get_untracked(),
        };
        let checked = if wrong.is_empty() {
            rules.validate()
        } else {
            Err(wrong)
        };
        if !form.begins(checked) {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::post::<RetentionPreview>("/api/retention/preview", &rules).await {
                Ok(preview) => {
                    _ = asked.try_set(Some((rules, preview)));
                    _ = open.try_set(true);
                    form.end();
                }
                Err(error) => form.refuse(error),
            }
        });
    };
    view! {
        <form class="grid gap-5" novalidate on:submit=submit>
            <p class="max-w-prose text-sm text-muted">
                "Days after a call began. Leave a field empty to keep it. Rules work from the next night on, in parts. Figures of the past and \
                used minutes stay as they are."
            </p>
            {fields
                .into_iter()
                .map(|(field, label, text, above)| {
                    let hint = match above {
                        Some(days) => format!("An organization above keeps them for {days} days at most."),
                        None => String::new(),
                    };
                    view! {
                        <Field label=format!("{label}, days") hint error=form.field(field)>
                            <Input value=text autocomplete="off" placeholder="Keep" />
                        </Field>
                    }
                })
                .collect_view()}
            <Checkbox checked=at_provider label="Delete whole calls at ElevenLabs too" />
            {has_below
                .then(|| {
                    view! { <Checkbox checked=binds_below label="No organization below keeps anything longer" /> }
                })}
            <Refused error=form.error fields=&["recording_days", "transcript_days", "call_days"] />
            <div class="flex justify-end">
                <Button variant=Variant::Primary submit=true loading=form.busy>
                    "Show what would go"
                </Button>
            </div>
        </form>
        <Dialog open title="Save these rules?">
            {move || asked.get().map(|(rules, preview)| view! { <Confirm rules preview found open /> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Confirm(rules: RetentionRules, preview: RetentionPreview, found: Found, open: RwSignal<bool>) -> AnyView {
    let toasts = expect_context::<Toasts>();
    let form = Form::new();
    let typed = RwSignal::new(String::new());
    let goes = preview.recordings + preview.transcripts + preview.calls > 0;
    let blocked = Memo::new(move |_| goes && typed.with(|typed| typed.trim() != WORD));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if blocked.get_untracked() || !form.begins(Ok(())) {
            return;
        }
        leptos::task::spawn_local(async move {
            match api::put::<Retention>(PATH, &rules).await {
                Ok(saved) => {
                    toasts.show(
                        Tone::Good,
                        "The rules are saved. They work from the next night on.",
                    );
                    form.end();
                    _ = open.try_set(false);
                    _ = found.try_set(Some(Ok(saved)));
                }
                Err(error) => form.refuse(error),
            }
        });
    };
    let number = |n: i64| format::integer(n as f64);
    let megabytes = number((preview.recording_bytes as f64 / 1_000_000.0).ceil() as i64);
    view! {
        <form class="grid gap-4" novalidate on:submit=submit>
            <p>"Were it night now, these would be removed for good:"</p>
            <ul class="list-disc pl-5 text-sm">
                <li>{format!("{} recordings, {megabytes} MB", number(preview.recordings))}</li>
                <li>{format!("what was said in {} calls", number(preview.transcripts))}</li>
                <li>{format!("{} whole calls", number(preview.calls))}</li>
                {(preview.organizations > 1)
                    .then(|| view! { <li>{format!("in {} organizations", number(preview.organizations))}</li> })}
            </ul>
            {goes
                .then(|| {
                    view! {
                        <Field label=format!("Type {WORD} to confirm")>
                            <Input value=typed autocomplete="off" autofocus=true />
                        </Field>
                    }
                })}
            <Refused error=form.error fields=&[] />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Danger submit=true loading=form.busy disabled=blocked>
                    "Save rules"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Runs(runs: Vec<RetentionRun>) -> AnyView {
    if runs.is_empty() {
        return view! { <p class="p-4 text-sm text-muted">"No rule has removed anything yet."</p> }
            .into_any();
    }
    let number = |n: i64| format::integer(n as f64);
    let line = move |run: RetentionRun| {
        let removed = run.removed;
        let words = format!(
            "{} recordings, the words of {} calls, {} whole calls",
            number(removed.recordings),
            number(removed.transcripts),
            number(removed.calls)
        );
        view! {
            <li class="grid gap-1 px-4 py-2.5">
                <div class="flex flex-wrap gap-x-3">
                    <span class="text-muted">
                        <When at=run.started_at />
                    </span>
                    <span class="num">{words}</span>
                    {run.finished_at.is_none().then(|| view! { <span class="text-muted">"not finished"</span> })}
                </div>
                {run.trouble.map(|why| view! { <p class="text-sm text-warn">{why}</p> })}
            </li>
        }
    };
    view! { <ul class="divide-y divide-line">{runs.into_iter().map(line).collect_view()}</ul> }.into_any()
}
