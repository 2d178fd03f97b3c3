//! A panel with an optional head.

use leptos::prelude::*;

/// Without `padded` its content touches the edges, as tables do. `actions` stand right in the head.
#[component]
pub fn Card(
    #[prop(optional, into)] title: String,
    #[prop(optional, into)] actions: Option<ViewFn>,
    #[prop(optional)] padded: bool,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> AnyView {
    let head = (!title.is_empty() || actions.is_some()).then(|| {
        view! {
            <div class="card-head">
                <h2 class="card-title">{title}</h2>
                {actions.map(|actions| actions.run())}
            </div>
        }
    });
    view! {
        <section class=format!("card {class}")>
            {head} <div class=padded.then_some("p-4")>{children()}</div>
        </section>
    }
    .into_any()
}
