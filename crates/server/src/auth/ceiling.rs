//! What the database's rules about members and roles say, as a caller can understand it.

use crate::error::ApiError;
use db::diesel::result::{DatabaseErrorInformation, Error};
use shared::{ErrorCode, Permission};

/// The refusal behind a database error, where one of the rules raised it.
pub fn refusal(error: &Error) -> Option<ApiError> {
    let Error::DatabaseError(_, info) = error else {
        return None;
    };
    let message = info.message();
    if message == "delegation ceiling" {
        return Some(ApiError::because(ErrorCode::PermissionDenied, missing(&**info)));
    }
    if message == "the last owner" {
        return Some(ApiError::because(
            ErrorCode::Conflict,
            "An organization keeps at least one owner who can sign in. Make another member an owner first.",
        ));
    }
    if message.starts_with("role ") && message.ends_with(" can not be given here") {
        return Some(wrong_role());
    }
    if message == "not an agent of the author" {
        return Some(ApiError::because(
            ErrorCode::PermissionDenied,
            "You see some agents only, so you can let others see these and no more.",
        ));
    }
    if message == "belongs elsewhere too" {
        return Some(ApiError::because(
            ErrorCode::PermissionDenied,
            "This member belongs to another organization too. Somebody who stands above both can reset the second factor.",
        ));
    }
    None
}

/// For a role that does not exist, or not in this kind of organization.
pub fn wrong_role() -> ApiError {
    ApiError::field(
        "role",
        "Choose a role that can be given in this organization; the list of roles shows them",
    )
}

fn missing(info: &(dyn DatabaseErrorInformation + Send + Sync)) -> String {
    let codes = info.details().unwrap_or_default().split(',');
    let labels: Vec<_> = codes
        .map(|code| match Permission::from_code(code) {
            Some(permission) => permission.label(),
            None => code,
        })
        .collect();
    format!(
        "You can not give what you do not have yourself: {}.",
        labels.join(", ")
    )
}
