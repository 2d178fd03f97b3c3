//! The query of `GET /api/calls`, parsed with an error for each field.

use super::cursor::Place;
use crate::error::{ApiError, ApiResult};
use chrono::NaiveDate;
use shared::FieldError;
use shared::call::{CallFilter, CallStatus, Direction, Outcome};
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};

/// Longest text that is searched for, in characters.
const MAX_TEXT: usize = 200;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    pub filter: CallFilter,
    pub limit: i64,
    pub after: Option<Place>,
}

impl ListQuery {
    /// # Errors
    /// [`ApiError::Invalid`] naming every wrong field and what would be right.
    pub fn parse(query: &str) -> ApiResult<Self> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
            .map_err(|e| ApiError::because(shared::ErrorCode::MalformedRequest, e.to_string()))?;
        let mut list = Self {
            limit: i64::from(DEFAULT_LIMIT),
            ..Self::default()
        };
        let mut errors = Vec::new();
        for (name, value) in pairs {
            let value = value.trim();
            if !value.is_empty()
                && let Err(message) = list.set(&name, value)
            {
                errors.push(FieldError::new(&name, message));
            }
        }
        if let (Some(from), Some(to)) = (list.filter.from, list.filter.to)
            && from > to
        {
            errors.push(FieldError::new(
                "to",
                "The last day must not lie before the first",
            ));
        }
        if errors.is_empty() {
            Ok(list)
        } else {
            Err(ApiError::Invalid(errors))
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let filter = &mut self.filter;
        match name {
            "agent" => {
                filter.agent = Some(
                    value
                        .parse()
                        .map_err(|_id| "This is not an agent's id".to_owned())?,
                )
            }
            "status" => {
                filter.status = Some(one_of(
                    value,
                    CallStatus::parse,
                    CallStatus::ALL,
                    CallStatus::as_str,
                )?)
            }
            "direction" => {
                filter.direction = Some(one_of(
                    value,
                    Direction::parse,
                    Direction::ALL,
                    Direction::as_str,
                )?)
            }
            "outcome" => filter.outcome = Some(one_of(value, Outcome::parse, Outcome::ALL, Outcome::as_str)?),
            "from" => filter.from = Some(date(value)?),
            "to" => filter.to = Some(date(value)?),
            "q" if value.chars().count() > MAX_TEXT => {
                return Err(format!("Search for {MAX_TEXT} characters at most"));
            }
            "q" => filter.q = Some(value.replace('\0', " ")),
            "limit" => {
                self.limit = value
                    .parse()
                    .ok()
                    .filter(|n| (1..=i64::from(MAX_LIMIT)).contains(n))
                    .ok_or_else(|| format!("Ask for 1 to {MAX_LIMIT} calls"))?;
            }
            "cursor" => {
                self.after =
                    Some(Place::decode(value).ok_or("Send the next_cursor of an earlier reply as it was")?);
            }
            _ => {
                let set = filter.work.set(name, value);
                return set.unwrap_or_else(|| Err("There is no such filter".to_owned()));
            }
        }
        Ok(())
    }
}

fn one_of<T: Copy>(
    value: &str,
    parse: fn(&str) -> Option<T>,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, String> {
    parse(value).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
        format!("Use one of {}", names.join(", "))
    })
}

fn date(value: &str) -> Result<NaiveDate, String> {
    let date = NaiveDate::parse_from_str(value, "%Y-%m-%d")
        .map_err(|_parse| "Write a date such as 2026-11-22".to_owned())?;
    let known = NaiveDate::from_ymd_opt(2015, 1, 1)..NaiveDate::from_ymd_opt(2100, 1, 1);
    if known.contains(&Some(date)) {
        Ok(date)
    } else {
        Err("Choose a day between 2015 and 2099".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(query: &str) -> Vec<String> {
        match ListQuery::parse(query) {
            Err(ApiError::Invalid(errors)) => errors.into_iter().map(|e| e.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_wrong_field_is_named() {
        let query = "agent=1&status=gone&direction=up&outcome=good&from=22.11.2026&to=2026-02-30&limit=0&cursor=x&colour=red";
        assert_eq!(
            fields(query),
            [
                "agent",
                "status",
                "direction",
                "outcome",
                "from",
                "to",
                "limit",
                "cursor",
                "colour"
            ]
        );
        assert_eq!(fields("from=2026-11-22&to=2026-11-21"), ["to"]);
    }

    #[test]
    fn empty_fields_are_no_filters() {
        let query = ListQuery::parse("agent=&status=&q=%20").unwrap();
        assert_eq!(
            query,
            ListQuery {
                limit: 50,
                ..ListQuery::default()
            }
        );
    }
}
