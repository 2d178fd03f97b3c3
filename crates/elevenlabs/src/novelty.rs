//! What the vendor sends and its document does not name: fields and values of enumerations. They are no failure; they are
//! worth knowing.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use serde_json::Value;

/// Made from the vendor's OpenAPI document (`GetConversationResponseModel`) and what came after it: one path a line, `[]` for the items of a list, `*`
/// for the keys of a map, `**` for what is not looked into, and after a colon the values of an enumeration.
static KNOWN: LazyLock<Node> = LazyLock::new(|| Node::read(include_str!("known_fields.txt")));

/// Most novelties told of one conversation; more of them are a broken body, not a new version.
const MOST: usize = 50;
/// Longest path and value that are told.
const LONGEST: usize = 120;

/// Something that the document does not name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Novelty {
    /// Such as `metadata.phone_call.carrier`.
    pub path: String,
    /// Of an enumeration; `None`: the field itself is new.
    pub value: Option<String>,
}

/// Novelties of a conversation as received.
pub fn of_conversation(raw: &Value) -> BTreeSet<Novelty> {
    let mut found = BTreeSet::new();
    look(&KNOWN, raw, &mut String::new(), &mut found);
    found
}

#[derive(Default)]
struct Node {
    fields: HashMap<&'static str, Node>,
    /// Under any key.
    any: Option<Box<Node>>,
    items: Option<Box<Node>>,
    values: Vec<&'static str>,
    is_open: bool,
}

impl Node {
    fn read(text: &'static str) -> Self {
        let mut root = Self::default();
        for line in text.lines() {
            let (path, values) = line.split_once(": ").unwrap_or((line, ""));
            let mut node = &mut root;
            for part in path.split('.') {
                node = node.child(part);
            }
            node.values
                .extend(values.split(" | ").filter(|value| !value.is_empty()));
        }
        root
    }

    fn child(&mut self, part: &'static str) -> &mut Self {
        if part == "**" {
            self.is_open = true;
            return self;
        }
        let (name, is_list) = part.strip_suffix("[]").map_or((part, false), |name| (name, true));
        let node = match name {
            "*" => self.any.get_or_insert_default(),
            name => self.fields.entry(name).or_default(),
        };
        if is_list {
            node.items.get_or_insert_default()
        } else {
            node
        }
    }
}

fn look(known: &Node, value: &Value, path: &mut String, found: &mut BTreeSet<Novelty>) {
    if known.is_open || found.len() >= MOST {
        return;
    }
    match value {
        Value::Object(map) if known.any.is_some() || !known.fields.is_empty() => {
            for (key, inner) in map {
                let end = path.len();
                if end > 0 {
                    path.push('.');
                }
                match (known.fields.get(key.as_str()), &known.any) {
                    (Some(node), _) => {
                        path.push_str(key);
                        look(node, inner, path, found);
                    }
                    (None, Some(node)) => {
                        path.push('*');
                        look(node, inner, path, found);
                    }
                    (None, None) => {
                        path.push_str(key);
                        add(found, path, None);
                    }
                }
                path.truncate(end);
            }
        }
        Value::Array(items) => {
            let Some(node) = &known.items else { return };
            let end = path.len();
            path.push_str("[]");
            for item in items {
                look(node, item, path, found);
            }
            path.truncate(end);
        }
        Value::String(text) if !known.values.is_empty() && !known.values.contains(&text.as_str()) => {
            add(found, path, Some(text));
        }
        _ => {}
    }
}

fn add(found: &mut BTreeSet<Novelty>, path: &str, value: Option<&str>) {
    if found.len() >= MOST {
        return;
    }
    let short = |text: &str| text.chars().filter(|c| *c != '\0').take(LONGEST).collect();
    found.insert(Novelty {
        path: short(path),
        value: value.map(short),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn novelties(raw: Value) -> Vec<(String, Option<String>)> {
        of_conversation(&raw)
            .into_iter()
            .map(|novelty| (novelty.path, novelty.value))
            .collect()
    }

    #[test]
    fn what_the_document_names_is_no_novelty() {
        let raw = json!({"agent_id": "a", "status": "done", "metadata": {"phone_call": {"direction": "inbound", "type": "twilio"}},
            "transcript": [{"role": "user", "message": null, "tool_calls": [{"tool_details": {"whatever": 1}}]}],
            "conversation_initiation_client_data": {"dynamic_variables": {"x": 1}},
            "analysis": {"evaluation_criteria_results": {"any key": {"result": "success"}}}});
        assert_eq!(novelties(raw), []);
    }

    #[test]
    fn new_fields_and_values_are_told_once_with_their_path() {
        let raw = json!({"status": "paused", "mood": {"a": 1}, "metadata": {"phone_call": {"carrier": "x"}},
            "transcript": [{"role": "ghost", "aura": 1}, {"role": "ghost", "aura": 2}],
            "analysis": {"evaluation_criteria_results": {"k": {"result": "perhaps", "weight": 3}}}});
        let told = novelties(raw);
        let told: Vec<_> = told
            .iter()
            .map(|(path, value)| (path.as_str(), value.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("analysis.evaluation_criteria_results.*.result", Some("perhaps")),
                ("analysis.evaluation_criteria_results.*.weight", None),
                ("metadata.phone_call.carrier", None),
                ("mood", None),
                ("status", Some("paused")),
                ("transcript[].aura", None),
                ("transcript[].role", Some("ghost")),
            ]
        );
    }

    #[test]
    fn a_body_of_nothing_but_novelties_is_told_in_part() {
        let map: serde_json::Map<_, _> = (0..10_000)
            .map(|n| (format!("{n}\0{}", "x".repeat(500)), json!(1)))
            .collect();
        let told = of_conversation(&Value::Object(map));
        assert_eq!(told.len(), MOST);
        assert!(
            told.iter()
                .all(|n| n.path.chars().count() <= LONGEST && !n.path.contains('\0'))
        );
    }
}
