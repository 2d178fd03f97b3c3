//! Initials on a hue that stays the same for the same name.

use leptos::prelude::*;
use shared::letters;

#[component]
pub fn Avatar(#[prop(into)] name: String) -> AnyView {
    let hue = hue(&name);
    view! {
        <span class="avatar" aria-hidden="true" style=format!("--tone:var(--chart-{hue})")>
            {initials(&name)}
        </span>
    }
    .into_any()
}

/// First letters of the first and the last word, two at most.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    letters::upper(&first.into_iter().chain(last).collect::<String>())
}

fn hue(name: &str) -> u32 {
    name.bytes()
        .fold(5_381_u32, |hash, byte| hash.wrapping_mul(33) ^ u32::from(byte))
        % 6
        + 1
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_those_of_the_first_and_last_word() {
        assert_eq!(initials("Maria del Carmen Vega"), "MV");
        assert_eq!(initials("  élan "), "É");
        assert_eq!(initials(""), "");
    }
}
