//! What the provider made of the call: criteria with verdicts, collected values.

use leptos::prelude::*;
use serde_json::Value;
use shared::call::{CollectedValue, Criterion};
use shared::letters;

use super::data::CallData;
use crate::state::Memo;
use crate::ui::{Card, OutcomeMark};

#[component]
pub(super) fn Evaluation(data: CallData) -> AnyView {
    let criteria = Memo::new(move |_| data.with(|detail| detail.evaluation.clone()));
    let body = move || {
        criteria.get().map(|criteria| {
            let none = criteria.is_empty().then(|| {
                let text = if data.unfinished() {
                    "Judged when the call has been processed."
                } else {
                    "The agent has no criteria to judge a call by."
                };
                view! { <p class="p-4 text-sm text-muted">{text}</p> }
            });
            view! {
                <Card title="Evaluation">
                    {none}
                    <ul class="divide-y divide-line">{criteria.into_iter().map(criterion).collect_view()}</ul>
                </Card>
            }
        })
    };
    body.into_any()
}

fn criterion(criterion: Criterion) -> AnyView {
    view! {
        <li class="grid gap-1 px-4 py-3 text-sm">
            <div class="flex flex-wrap items-center justify-between gap-2">
                <span class="font-medium">{words(&criterion.id)}</span>
                <OutcomeMark outcome=criterion.outcome />
            </div>
            {criterion.rationale.map(|text| view! { <p class="text-muted text-pretty" dir="auto">{text}</p> })}
        </li>
    }
    .into_any()
}

#[component]
pub(super) fn Collected(data: CallData) -> AnyView {
    let values = Memo::new(move |_| data.with(|detail| detail.collected.clone().unwrap_or_default()));
    let body = move || {
        let values = values.get();
        (!values.is_empty()).then(|| {
            view! {
                <Card title="Collected data">
                    <dl class="divide-y divide-line">{values.into_iter().map(collected).collect_view()}</dl>
                </Card>
            }
        })
    };
    body.into_any()
}

fn collected(value: CollectedValue) -> AnyView {
    let shown = match text_of(&value.value) {
        Some(text) => view! { <span dir="auto">{text}</span> }.into_any(),
        None => view! { <span class="text-muted">"Not given"</span> }.into_any(),
    };
    view! {
        <div class="grid gap-0.5 px-4 py-3 text-sm">
            <dt class="text-muted">{words(&value.id)}</dt>
            <dd class="font-medium">{shown}</dd>
            {value
                .rationale
                .map(|text| view! { <dd class="text-xs text-muted text-pretty" dir="auto">{text}</dd> })}
        </div>
    }
    .into_any()
}

/// As people read it; `None` where nothing was collected.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Bool(true) => Some("Yes".to_owned()),
        Value::Bool(false) => Some("No".to_owned()),
        other => Some(other.to_string()),
    }
}

/// `caller_was_helped` as `Caller was helped`.
fn words(id: &str) -> String {
    let spaced = id.replace(['_', '-'], " ");
    letters::capital(spaced.trim())
}

#[cfg(test)]
mod tests {
    use super::{text_of, words};
    use serde_json::json;

    #[test]
    fn ids_and_values_read_like_words() {
        assert_eq!(words("caller_was_helped"), "Caller was helped");
        assert_eq!(words(""), "");
        assert_eq!(text_of(&json!(null)), None);
        assert_eq!(text_of(&json!(" ")), None);
        assert_eq!(text_of(&json!(true)).as_deref(), Some("Yes"));
        assert_eq!(text_of(&json!(12.5)).as_deref(), Some("12.5"));
    }
}
