//! The vendor's four error shapes, turned into [`Error`].
//!
//! `{"detail": {type, code, message, status, …}}`, the older `{"detail": {status, message}}`,
//! `{"detail": "text"}`, and FastAPI's `{"detail": [{loc, msg, type}]}`.

use std::time::Duration;

use serde_json::Value;

use crate::{Error, FieldError};

#[derive(Debug, Default)]
struct Detail {
    code: Option<String>,
    message: String,
    fields: Vec<FieldError>,
}

/// `body` has been freed of the key by the caller.
pub(crate) fn to_error(status: u16, body: &str, retry_after: Option<Duration>) -> Error {
    let Detail {
        code,
        message,
        fields,
    } = read(status, body);
    let said = format!("{} {}", code.as_deref().unwrap_or_default(), message).to_lowercase();
    let is = |wanted: &[&str]| code.as_deref().is_some_and(|code| wanted.contains(&code));

    if matches!(status, 401 | 403) && (said.contains("residency") || said.contains("wrong region")) {
        return Error::WrongRegion { message };
    }
    if is(&["quota_exceeded", "insufficient_credits", "subscription_required"]) {
        return Error::PaymentRequired { message };
    }
    match status {
        // The live service answers 401 where a permission is missing; the message names it.
        401 if is(&["missing_permissions"]) || said.contains("missing the permission") => Error::Forbidden {
            permission: permission_in(&message),
            message,
        },
        401 => Error::InvalidKey { message },
        402 => Error::PaymentRequired { message },
        403 => Error::Forbidden {
            permission: permission_in(&message),
            message,
        },
        404 => Error::NotFound { code, message },
        409 => Error::Conflict { code, message },
        400 | 413 | 422 => Error::Validation {
            code,
            message,
            fields,
        },
        429 => Error::RateLimited { retry_after, message },
        _ => Error::Provider {
            status,
            code,
            message,
        },
    }
}

fn read(status: u16, body: &str) -> Detail {
    let parsed: Value = serde_json::from_str(body).unwrap_or_default();
    let mut detail = match parsed.get("detail").unwrap_or(&parsed) {
        Value::String(text) => Detail {
            message: text.clone(),
            ..Detail::default()
        },
        Value::Array(items) => from_list(items),
        Value::Object(object) => {
            let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
            let message = text("message").unwrap_or_default();
            let fields = text("param").map(|field| FieldError {
                field,
                message: message.clone(),
            });
            Detail {
                code: text("code").or_else(|| text("status")),
                message,
                fields: fields.into_iter().collect(),
            }
        }
        _ => Detail::default(),
    };
    if detail.message.is_empty() {
        detail.message = detail
            .code
            .clone()
            .unwrap_or_else(|| format!("status {status} without explanation"));
    }
    detail
}

fn from_list(items: &[Value]) -> Detail {
    let fields: Vec<FieldError> = items
        .iter()
        .map(|item| FieldError {
            field: item
                .get("loc")
                .and_then(Value::as_array)
                .map(|loc| dotted(loc))
                .unwrap_or_default(),
            message: item
                .get("msg")
                .and_then(Value::as_str)
                .unwrap_or("invalid")
                .to_owned(),
        })
        .collect();
    let message = fields
        .iter()
        .map(|f| format!("{}: {}", f.field, f.message))
        .collect::<Vec<_>>()
        .join("; ");
    Detail {
        code: None,
        message,
        fields,
    }
}

fn dotted(loc: &[Value]) -> String {
    let parts: Vec<String> = loc
        .iter()
        .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
        .collect();
    parts.join(".")
}

/// The first word that looks like one of the vendor's permission names.
fn permission_in(message: &str) -> Option<String> {
    const ENDINGS: [&str; 4] = ["_read", "_write", "_manage", "_accept"];
    message
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .find(|word| ENDINGS.iter().any(|ending| word.ends_with(ending)))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_a_rejected_key_is_recognised() {
        for body in [
            r#"{"detail":{"type":"authentication_error","code":"invalid_api_key","message":"Invalid API key","status":"invalid_api_key"}}"#,
            r#"{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}"#,
            r#"{"detail":"Invalid API key"}"#,
        ] {
            assert_eq!(
                to_error(401, body, None),
                Error::InvalidKey {
                    message: "Invalid API key".into()
                }
            );
        }
        assert!(matches!(to_error(401, "", None), Error::InvalidKey { .. }));
    }

    #[test]
    fn region_permission_and_plan_are_told_apart_from_a_bad_key() {
        let residency = r#"{"detail":{"status":"invalid_api_key","message":"This key belongs to a data-residency stack."}}"#;
        assert!(matches!(
            to_error(401, residency, None),
            Error::WrongRegion { .. }
        ));
        assert!(matches!(
            to_error(403, residency, None),
            Error::WrongRegion { .. }
        ));
        let permission = r#"{"detail":{"status":"missing_permissions","message":"The API key you used is missing the permission convai_read to execute this operation."}}"#;
        for status in [401, 403] {
            assert!(matches!(to_error(status, permission, None),
                Error::Forbidden { permission: Some(name), .. } if name == "convai_read"));
        }
        let quota = r#"{"detail":{"status":"quota_exceeded","message":"This request exceeds your quota."}}"#;
        assert!(matches!(
            to_error(401, quota, None),
            Error::PaymentRequired { .. }
        ));
    }

    #[test]
    fn field_errors_keep_their_path() {
        let body = r#"{"detail":[{"loc":["query","page_size"],"msg":"too big","type":"x"},{"loc":["body",0,"id"],"msg":"missing","type":"y"}]}"#;
        let Error::Validation { fields, message, .. } = to_error(422, body, None) else {
            panic!()
        };
        let names: Vec<_> = fields.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(names, ["query.page_size", "body.0.id"]);
        assert_eq!(message, "query.page_size: too big; body.0.id: missing");
    }

    #[test]
    fn bodies_that_are_no_json_still_give_an_error_with_the_status() {
        let html = to_error(502, "<html>bad gateway</html>", None);
        assert!(matches!(html, Error::Provider { status: 502, .. }) && html.is_transient());
        assert!(matches!(
            to_error(301, "", None),
            Error::Provider { status: 301, .. }
        ));
    }
}
