//! Text in the call log (words of title, summary and transcript, or a part of a telephone number) and every filter that has no
//! index of its own on `calls`.

use super::list::Span;
use super::query::ListQuery;
use super::rows::CallRow;
use super::visibility::Visibility;
use crate::error::{ApiError, ApiResult};
use db::Kept;
use db::diesel::prelude::*;
use db::diesel::sql_types::{Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use db::diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::call::{CallFilter, Speaker};
use shared::call_filter::looks_like_number;

/// Fewer digits would match nearly every number.
const MIN_DIGITS: usize = 3;

/// What to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    words: Option<String>,
    digits: Option<String>,
}

/// Reads a search text. Words need the permission to read transcripts: finding a word is reading it.
///
/// # Errors
/// [`ApiError::Invalid`] when the reader may search numbers only and typed none.
pub fn words(text: &str, visibility: Visibility) -> ApiResult<Words> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    // Finding a number is reading it.
    let digits =
        (visibility.numbers && looks_like_number(text) && digits.len() >= MIN_DIGITS).then_some(digits);
    if !visibility.transcript && digits.is_none() {
        return Err(ApiError::field(
            "q",
            "Your role can search for telephone numbers; type at least three digits",
        ));
    }
    Ok(Words {
        words: visibility.transcript.then(|| text.to_owned()),
        digits,
    })
}

/// The hits with their rows, each by its key: whatever their number, no month is read that has none. The columns are those of
/// [`CallRow`].
const SEARCH: &str = "
SELECT c.* FROM search_calls($1, $2, $3, $4, $5, $6, $7, $8, $9) h
CROSS JOIN LATERAL (
    SELECT x.id, x.agent_id, x.conversation_id, x.status, x.direction, x.outcome, x.started_at, x.duration_seconds, x.message_count,
           x.counterpart, x.language, x.title, x.termination_reason, x.cost_credits, x.cost_usd_micros, x.recording
    FROM calls x
    WHERE x.organization_id = current_organization() AND x.started_at = h.started_at AND x.id = h.id OFFSET 0) c
ORDER BY c.started_at DESC, c.id DESC";

/// Whether indexes of `calls` answer these filters, in order. The others meet within the index of `call_search`.
pub fn is_plain(filter: &CallFilter) -> bool {
    let CallFilter {
        agent: _,
        status: _,
        outcome: _,
        from: _,
        to: _,
        direction,
        q,
        said_by,
        seconds_from,
        seconds_to,
        cost_from,
        cost_to,
        language,
        termination,
        criterion,
        result,
        collected,
        value,
        work: _,
    } = filter;
    let marks = [language, termination, criterion, collected, value, q];
    let ranges = [seconds_from, seconds_to].iter().all(|bound| bound.is_none())
        && [cost_from, cost_to].iter().all(|bound| bound.is_none());
    ranges
        && marks.iter().all(|mark| mark.is_none())
        && direction.is_none()
        && said_by.is_none()
        && result.is_none()
}

/// The rows of one page and one more, by the function `search_calls` (see its migration for why a function).
pub async fn search(
    conn: &mut AsyncPgConnection,
    query: &ListQuery,
    span: Span,
    words: Words,
) -> QueryResult<Vec<CallRow>> {
    let filter = &query.filter;
    let filter_json = serde_json::to_value(filter)
        .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let at_most = i32::try_from(query.limit + 1).unwrap_or(i32::MAX);
    let found = diesel::sql_query(SEARCH)
        .bind::<Nullable<Text>, _>(words.words)
        .bind::<Nullable<Text>, _>(filter.said_by.map(Speaker::as_str))
        .bind::<Nullable<Text>, _>(words.digits.filter(|_| filter.said_by.is_none()))
        .bind::<Jsonb, _>(filter_json)
        .bind::<Nullable<Timestamptz>, _>(span.from)
        .bind::<Nullable<Timestamptz>, _>(span.to)
        .bind::<Nullable<Timestamptz>, _>(query.after.map(|place| place.started_at))
        .bind::<Nullable<SqlUuid>, _>(query.after.map(|place| place.id))
        .bind::<Integer, _>(at_most);
    Kept(found).load(conn).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const READER: Visibility = Visibility {
        numbers: true,
        transcript: true,
        analysis: true,
        recording: true,
        cost: true,
    };
    const VIEWER: Visibility = Visibility {
        numbers: true,
        transcript: false,
        analysis: false,
        recording: false,
        cost: false,
    };

    #[test]
    fn a_number_is_searched_as_number_and_as_word() {
        let number = words("+49 (30) 123-456", READER).unwrap();
        assert_eq!(number.digits.as_deref(), Some("4930123456"));
        assert!(number.words.is_some());
        assert_eq!(words("refund 42", READER).unwrap().digits, None);
    }

    #[test]
    fn who_may_not_read_transcripts_can_not_search_their_words() {
        assert!(words("refund", VIEWER).is_err());
        assert_eq!(
            words("030 123", VIEWER).unwrap(),
            Words {
                words: None,
                digits: Some("030123".into())
            }
        );
    }
}
