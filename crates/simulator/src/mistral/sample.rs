//! JSON that a schema allows, filled with what a conversation told.

use serde_json::{Map, Value, json};

use super::summary::Told;

/// Deep enough for any schema that is meant; a recursive one ends here.
const DEEPEST: usize = 12;

pub fn of(schema: &Value, root: &Value, name: &str, told: &Told) -> Value {
    at(schema, root, name, told, 0)
}

fn at(schema: &Value, root: &Value, name: &str, told: &Told, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Null;
    }
    if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(path.trim_start_matches('#')).unwrap_or(&Value::Null);
        return at(target, root, name, told, depth + 1);
    }
    if let Some(value) = schema.get("const") {
        return value.clone();
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let wanted = json!(told.sentiment);
        return match values.contains(&wanted) {
            true => wanted,
            false => values.first().cloned().unwrap_or_default(),
        };
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(first) = schema.get(choice).and_then(|list| list.get(0)) {
            return at(first, root, name, told, depth + 1);
        }
    }
    match kind(schema) {
        "object" => object(schema, root, told, depth),
        "array" => array(schema, root, name, told, depth),
        "integer" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(0.5)),
        "boolean" => json!(true),
        "null" => Value::Null,
        _ => json!(text(schema, name, told)),
    }
}

/// Of several types the first one.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str).unwrap_or("string"),
        _ if schema.get("properties").is_some() => "object",
        _ => "string",
    }
}

fn object(schema: &Value, root: &Value, told: &Told, depth: usize) -> Value {
    let fields = schema.get("properties").and_then(Value::as_object);
    let filled: Map<String, Value> = fields
        .into_iter()
        .flatten()
        .map(|(name, field)| (name.clone(), at(field, root, name, told, depth + 1)))
        .collect();
    Value::Object(filled)
}

fn array(schema: &Value, root: &Value, name: &str, told: &Told, depth: usize) -> Value {
    let most = schema.get("maxItems").and_then(Value::as_u64).unwrap_or(u64::MAX);
    let list: &[String] = match name {
        "action_items" | "actions" | "todos" => &told.actions,
        _ => &told.topics,
    };
    let items = schema.get("items").unwrap_or(&Value::Null);
    let filled: Vec<Value> = match kind(items) {
        "string" => list.iter().map(|text| json!(text)).collect(),
        _ => vec![at(items, root, name, told, depth + 1)],
    };
    let filled = filled
        .into_iter()
        .take(usize::try_from(most).unwrap_or(usize::MAX));
    Value::Array(filled.collect())
}

fn text(schema: &Value, name: &str, told: &Told) -> String {
    let text = match name {
        "title" | "subject" | "headline" => &told.title,
        "intent" | "reason" => &told.intent,
        _ => &told.summary,
    };
    let most = schema
        .get("maxLength")
        .and_then(Value::as_u64)
        .unwrap_or(u64::MAX);
    text.chars()
        .take(usize::try_from(most).unwrap_or(usize::MAX))
        .collect()
}
