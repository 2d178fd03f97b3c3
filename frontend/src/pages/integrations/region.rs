//! Where a workspace lives. Each region is a stack of its own: a key works at its own host only.

use shared::connection::DEFAULT_BASE_URL;

use crate::ui::Choice;

/// Chosen for a host that is not in the list.
pub(super) const CUSTOM: &str = "custom";

const REGIONS: &[(&str, &str)] = &[
    (DEFAULT_BASE_URL, "Global"),
    ("https://api.us.elevenlabs.io", "United States"),
    (
        "https://api.eu.residency.elevenlabs.io",
        "European Union (data residency)",
    ),
    ("https://api.in.residency.elevenlabs.io", "India (data residency)"),
    (
        "https://api.sg.residency.elevenlabs.io",
        "Singapore (data residency)",
    ),
];

pub(super) fn choices() -> Vec<Choice> {
    let known = REGIONS.iter().map(|(url, name)| Choice::new(*url, *name));
    known.chain([Choice::new(CUSTOM, "Another host")]).collect()
}

/// The region of a host; the host itself where it is none of the provider's.
pub(super) fn name(base_url: &str) -> String {
    let known = REGIONS
        .iter()
        .find(|(url, _)| *url == base_url.trim_end_matches('/'));
    known.map_or_else(|| "Another host".to_owned(), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_host_is_known_with_and_without_its_slash() {
        assert_eq!(name("https://api.elevenlabs.io/"), "Global");
        assert_eq!(name("http://127.0.0.1:5100"), "Another host");
    }
}
