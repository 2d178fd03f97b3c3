//! What the database refuses, in words.

use crate::error::ApiError;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use shared::{ErrorCode, FieldError};

/// The rules about organizations stand in the database; this says which of them was broken.
pub fn refusal(error: QueryError) -> ApiError {
    let QueryError::DatabaseError(kind, info) = &error else {
        return error.into();
    };
    let detail = info.details().unwrap_or_default();
    match (kind, info.message()) {
        (DatabaseErrorKind::UniqueViolation, _)
            if info.constraint_name() == Some("organizations_slug_key") =>
        {
            ApiError::field("slug", "This address is taken. Choose another one")
        }
        (_, "limit above the parent") => ApiError::Invalid(above_parent(detail)),
        (_, "limit reached") => ApiError::because(
            ErrorCode::LimitReached,
            reached(detail, info.hint() == Some("shared")),
        ),
        (_, "delegation ceiling") => ApiError::because(
            ErrorCode::PermissionDenied,
            format!(
                "You can not give what you do not hold yourself: {}",
                detail.replace(',', ", ")
            ),
        ),
        (_, "an organization does not set its own limits") => {
            ApiError::because(ErrorCode::PermissionDenied, info.message())
        }
        (_, "an organization stays where it was made") => {
            ApiError::because(ErrorCode::Conflict, info.message())
        }
        (_, "agent is there already") => ApiError::field(
            "organization_id",
            "The agent belongs to this organization already",
        ),
        (_, "history is on its way") => ApiError::because(
            ErrorCode::Conflict,
            "Calls of this agent are still on their way from where it was before. Try again in a while.",
        ),
        (_, "number is there already") => ApiError::field(
            "organization_id",
            "The number belongs to this organization already",
        ),
        (_, "workspace of another organization") => ApiError::field(
            "organization_id",
            "It comes through a workspace that this organization can not use: it belongs to another one",
        ),
        _ => error.into(),
    }
}

/// `max_agents=10,max_users=5`
fn pairs(detail: &str) -> impl Iterator<Item = (&str, &str)> {
    detail.split(',').filter_map(|pair| pair.split_once('='))
}

fn above_parent(detail: &str) -> Vec<FieldError> {
    pairs(detail)
        .map(|(limit, most)| {
            let message = format!("At most {most}: the organization above has no more itself");
            FieldError::new(&format!("limits.{limit}"), message)
        })
        .collect()
}

/// A limit that is shared holds for everything below the organization that has it.
fn reached(detail: &str, is_shared: bool) -> String {
    pairs(detail)
        .map(|(limit, most)| {
            let what = match limit {
                "max_users" => "members",
                "max_agents" => "agents",
                other => other,
            };
            if is_shared {
                format!("Together with the organizations beside it, it may have {most} {what}. Whoever stands above them can raise the limit.")
            } else {
                format!("It may have {most} {what}. Whoever stands above it can raise the limit.")
            }
        })
        .collect()
}
