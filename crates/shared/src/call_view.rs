//! Saved views of the call log: a name for a set of filters.

use crate::call_filter::CallFilter;
use crate::error::FieldError;
use crate::id::CallViewId;
use serde::{Deserialize, Serialize};

/// Most letters in a view's name.
pub const NAME_MAX: usize = 60;
/// Most views that one member keeps for himself, and most that an organization shares.
pub const MAX_VIEWS: i64 = 50;

/// `GET /api/calls/views` → a list: shared ones by name, then one's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallView {
    pub id: CallViewId,
    pub name: String,
    /// Everybody in the organization sees it; else its maker only.
    pub shared: bool,
    /// Who made it; `None` when he is gone.
    pub author: Option<String>,
    pub filter: CallFilter,
    /// Codes of permissions that the filters need and the reader lacks: he can not open it.
    pub missing: Vec<String>,
    /// Whether the reader may change and remove it.
    pub editable: bool,
}

/// `POST /api/calls/views` → [`CallView`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateView {
    pub name: String,
    /// Needs `calls.share_views`.
    #[serde(default)]
    pub shared: bool,
    pub filter: CallFilter,
}

/// `PATCH /api/calls/views/{id}` → [`CallView`]. What is left out stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UpdateView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<CallFilter>,
}

/// What is wrong with a view's name.
pub fn name_error(name: &str) -> Option<FieldError> {
    let length = name.trim().chars().count();
    (length == 0 || length > NAME_MAX || name.contains('\0'))
        .then(|| FieldError::new("name", format!("Give the view a name of 1 to {NAME_MAX} letters")))
}
