//! Lists in pages by a text and an id: of equal texts the id decides, so that no row is left out or comes twice.

use crate::error::{ApiError, ApiResult};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::Page;
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};
use uuid::Uuid;

/// Where a page begins and how long it is.
#[derive(Clone, Debug)]
pub struct Place {
    /// Text and id of the row before it.
    pub after: Option<(String, Uuid)>,
    limit: u32,
}

impl Place {
    /// Reads what a query asked for; `unit` is what is listed, in the plural.
    ///
    /// # Errors
    /// What is wrong with the fields `limit` and `cursor`.
    pub fn read(limit: Option<u32>, cursor: Option<&str>, unit: &str) -> ApiResult<Self> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            let text = format!("Ask for 1 to {MAX_LIMIT} {unit}");
            return Err(ApiError::field("limit", text));
        }
        let after = cursor.map(|cursor| {
            decode(cursor).ok_or_else(|| {
                ApiError::field("cursor", "Send the next_cursor of an earlier reply as it was")
            })
        });
        Ok(Self {
            after: after.transpose()?,
            limit,
        })
    }

    /// One row more than is shown tells whether there are more.
    pub fn at_most(&self) -> i32 {
        i32::try_from(self.limit).unwrap_or(i32::MAX).saturating_add(1)
    }

    /// The page out of at most [`Self::at_most`] rows; `key` is what they are ordered by.
    pub fn page<T>(&self, mut items: Vec<T>, key: impl Fn(&T) -> (&str, Uuid)) -> Page<T> {
        let shown = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = items.len() > shown;
        items.truncate(shown);
        let next_cursor = items.last().filter(|_| more).map(|last| {
            let (text, id) = key(last);
            URL_SAFE_NO_PAD.encode(format!("{}.{text}", id.simple()))
        });
        Page { items, next_cursor }
    }
}

fn decode(cursor: &str) -> Option<(String, Uuid)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (id, text) = text.split_once('.')?;
    Some((text.to_owned(), id.parse().ok()?)).filter(|(text, _)| !text.contains('\0'))
}
