//! How well the palette of the chosen colour can be read, in figures.

use leptos::prelude::*;
use shared::letters;
use shared::palette::Palette;

use super::form::Draft;
use crate::state::Memo;

#[component]
pub(super) fn Contrast(draft: Draft, above: Option<String>) -> AnyView {
    let palette = Memo::new(move |_| {
        let typed = letters::lower(&draft.colour.get());
        Palette::from_hex(typed.trim()).or_else(|| above.as_deref().and_then(Palette::from_hex))
    });
    let rows = move || {
        let palette = palette.get()?;
        let (light, dark) = (palette.light.measured(false), palette.dark.measured(true));
        let rows = light.into_iter().zip(dark).map(|(light, dark)| {
            view! {
                <tr class="border-t border-line">
                    <th scope="row" class="py-1 pr-2 text-left font-normal">{light.what}</th>
                    <td class="num py-1 px-2 text-right">{ratio(light.contrast)}</td>
                    <td class="num py-1 px-2 text-right">{ratio(dark.contrast)}</td>
                    <td class="num py-1 pl-2 text-right text-muted">{ratio(light.wanted)}</td>
                </tr>
            }
        });
        Some(view! {
            <table class="w-full text-sm" aria-label="Contrast">
                <thead class="text-muted">
                    <tr>
                        <th class="py-1 pr-2 text-left font-medium">"Contrast"</th>
                        <th class="py-1 px-2 text-right font-medium">"Light"</th>
                        <th class="py-1 px-2 text-right font-medium">"Dark"</th>
                        <th class="py-1 pl-2 text-right font-medium">"At least"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        })
    };
    rows.into_any()
}

fn ratio(contrast: f64) -> String {
    // Never broken in two: a ratio is one figure.
    format!("{contrast:.1}\u{a0}:\u{a0}1")
}
