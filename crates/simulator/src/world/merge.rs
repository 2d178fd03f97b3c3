//! Laying one JSON configuration over another, as the vendor's PATCH does.

use serde_json::Value;

/// Objects are merged key by key, everything else — arrays too — is replaced whole.
pub fn deep(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                deep(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over,
    }
}
