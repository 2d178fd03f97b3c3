//! Query strings.

use serde::Serialize;

/// `path` with the fields of `query`; those that are `None` must be skipped by its `Serialize`.
pub fn with_query(path: &str, query: &impl Serialize) -> String {
    match serde_urlencoded::to_string(query) {
        Ok(text) if !text.is_empty() => format!("{path}?{text}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::with_query;
    use shared::call::CallFilter;

    #[test]
    fn only_what_is_set_stands_in_the_query() {
        assert_eq!(with_query("/api/calls", &CallFilter::default()), "/api/calls");
        let filter = CallFilter {
            q: Some("a b&c".into()),
            ..Default::default()
        };
        assert_eq!(with_query("/api/calls", &filter), "/api/calls?q=a+b%26c");
    }
}
