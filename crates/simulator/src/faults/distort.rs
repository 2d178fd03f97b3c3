//! Answers from the vendor's future: fields and enum values that nobody knows yet.

use serde_json::{Value, json};

use super::{Faults, Kind};

/// Enum fields whose value may change without a client losing its way; `status` only where a fault names it.
const ENUMS: [&str; 7] = [
    "conversation_initiation_source",
    "authorization_method",
    "overall_label",
    "call_successful",
    "source_medium",
    "type",
    "tier",
];

impl Faults {
    /// Distorts a body if a fault of that kind is on for `path`.
    pub fn distort(&self, body: &mut Value, path: &str) {
        if self.strike(Kind::UnknownFields, path).is_some() {
            add_fields(body);
        }
        if let Some(fault) = self.strike(Kind::UnknownEnums, path) {
            let named: Vec<&str> = fault.fields.iter().map(String::as_str).collect();
            change_enums(body, if named.is_empty() { &ENUMS } else { &named }, true);
        }
    }
}

fn add_fields(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(add_fields),
        Value::Object(map) => {
            map.values_mut().for_each(add_fields);
            map.insert(
                "x_future_field".to_owned(),
                json!({"since": "2031-01-01", "values": [1, "two", null]}),
            );
        }
        _ => {}
    }
}

/// The outermost `type` is kept: a webhook's type is its address, not an enum value.
fn change_enums(value: &mut Value, fields: &[&str], outermost: bool) {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| change_enums(item, fields, false)),
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                let is_enum = inner.is_string() && fields.contains(&key.as_str()) && !outermost;
                if is_enum {
                    *inner = json!("from_the_future");
                } else {
                    change_enums(inner, fields, false);
                }
            }
        }
        _ => {}
    }
}
