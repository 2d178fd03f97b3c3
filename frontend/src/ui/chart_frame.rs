//! What every chart has around it: title, unit, and the same numbers as a table for those who do not
//! see the drawing or want to copy them.

use leptos::prelude::*;

use super::card::Card;
use super::icon::lu;
use super::icon_button::IconButton;

/// `head` and `rows` are the table's; the first cell of a row is its name.
#[component]
pub fn ChartFrame(
    #[prop(into)] title: String,
    /// What the numbers count and in which zone, such as `Calls a day, Europe/Berlin`.
    #[prop(into)]
    unit: Signal<String>,
    #[prop(into)] head: Vec<String>,
    #[prop(into)] rows: Signal<Vec<Vec<String>>>,
    children: ChildrenFn,
) -> AnyView {
    let as_table = RwSignal::new(false);
    let caption = title.clone();
    let switch = ViewFn::from(move || {
        view! {
            <IconButton
                glyph=lu::LuTable2
                label="Show as table"
                tip_side="left"
                small=true
                pressed=as_table
                on_press=move |()| as_table.update(|on| *on = !*on)
            />
        }
    });
    let head = StoredValue::new(head);
    let table = move |caption: String| {
        view! {
            <div class="table-wrap max-h-64" tabindex="0" role="region" aria-label=caption>
                <table class="table">
                    <thead>
                        <tr>
                            {head
                                .get_value()
                                .into_iter()
                                .map(|h| view! { <th scope="col">{h}</th> })
                                .collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        {move || {
                            rows.get()
                                .into_iter()
                                .map(|row| {
                                    view! {
                                        <tr>
                                            {row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}
                                        </tr>
                                    }
                                })
                                .collect_view()
                        }}
                    </tbody>
                </table>
            </div>
        }
    };
    view! {
        <Card title actions=switch>
            {move || {
                if as_table.get() {
                    table(caption.clone()).into_any()
                } else {
                    view! {
                        <div class="p-4">
                            <p class="label-caps mb-2">{move || unit.get()}</p>
                            {children()}
                        </div>
                    }
                        .into_any()
                }
            }}
        </Card>
    }
    .into_any()
}
