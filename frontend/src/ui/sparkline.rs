//! A line without axes that shows the course of a figure.

use leptos::prelude::*;

use crate::format::fixed;

/// Decorative: the figure beside it says the value.
#[component]
pub fn Sparkline(#[prop(into)] values: Signal<Vec<f64>>) -> AnyView {
    view! {
        <svg class="spark" viewBox="0 0 100 32" preserveAspectRatio="none" aria-hidden="true">
            {move || {
                let line = values.with(|values| path(values));
                let area = format!("{line}V32H0Z");
                view! {
                    <path d=area fill="currentColor" opacity="0.08" />
                    <path
                        d=line
                        fill="none"
                        stroke="currentColor"
                        stroke-width="1.5"
                        stroke-linejoin="round"
                        vector-effect="non-scaling-stroke"
                    />
                }
            }}
        </svg>
    }
    .into_any()
}

/// The values as a path over 100 × 32, zero at the foot.
fn path(values: &[f64]) -> String {
    let most = values
        .iter()
        .copied()
        .fold(0.0_f64, f64::max)
        .max(f64::MIN_POSITIVE);
    let step = 100.0 / (values.len().max(2) - 1) as f64;
    let mut d = String::new();
    for (i, value) in values.iter().enumerate() {
        let letter = if i == 0 { 'M' } else { 'L' };
        d.push_str(&format!(
            "{letter}{} {}",
            fixed(i as f64 * step, 1),
            fixed(30.0 - 28.0 * value.max(0.0) / most, 1)
        ));
    }
    if d.is_empty() {
        "M0 30L100 30".to_owned()
    } else {
        d
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_highest_value_is_at_the_top_and_zero_at_the_foot() {
        assert_eq!(path(&[0.0, 5.0, 10.0]), "M0.0 30.0L50.0 16.0L100.0 2.0");
    }

    #[test]
    fn no_values_and_zeros_draw_the_foot_line() {
        assert_eq!(path(&[]), "M0 30L100 30");
        assert_eq!(path(&[0.0, 0.0]), "M0.0 30.0L100.0 30.0");
    }
}
