//! The query of `GET /api/calls`, parsed with an error for each field.

use super::cursor::Place;
use crate::error::{ApiError, ApiResult};
use chrono::NaiveDate;
use shared::FieldError;
use shared::call::{CallFilter, CallStatus, Direction, Outcome, Speaker};
use shared::call_filter::{MAX_COST, MAX_NAME, MAX_SECONDS, MAX_TEXT};
use shared::page::{DEFAULT_LIMIT, MAX_LIMIT};

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
        let contradictions = list.filter.contradictions();
        errors.extend(
            contradictions
                .into_iter()
                .map(|(field, message)| FieldError::new(field, message)),
        );
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
            "said_by" => filter.said_by = Some(one_of(value, Speaker::parse, Speaker::ALL, Speaker::as_str)?),
            "seconds_from" => filter.seconds_from = Some(seconds(value)?),
            "seconds_to" => filter.seconds_to = Some(seconds(value)?),
            "cost_from" => filter.cost_from = Some(cost(value)?),
            "cost_to" => filter.cost_to = Some(cost(value)?),
            "language" => filter.language = Some(name_of(value, MAX_NAME)?),
            "termination" => filter.termination = Some(name_of(value, MAX_TEXT)?),
            "criterion" => filter.criterion = Some(name_of(value, MAX_NAME)?),
            "result" => filter.result = Some(one_of(value, Outcome::parse, Outcome::ALL, Outcome::as_str)?),
            "collected" => filter.collected = Some(name_of(value, MAX_NAME)?),
            "value" => filter.value = Some(name_of(value, MAX_NAME)?),
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

/// What is wrong with a filter that came as JSON: the same checks, made by writing it as a query.
pub fn filter_errors(filter: &CallFilter) -> Vec<FieldError> {
    let parsed = serde_urlencoded::to_string(filter)
        .map_err(|e| ApiError::because(shared::ErrorCode::MalformedRequest, e.to_string()))
        .and_then(|query| ListQuery::parse(&query));
    match parsed {
        Ok(_) => Vec::new(),
        Err(ApiError::Invalid(errors)) => errors
            .into_iter()
            .map(|error| FieldError::new(&format!("filter.{}", error.field), error.message))
            .collect(),
        Err(other) => vec![FieldError::new("filter", other.to_string())],
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

fn seconds(value: &str) -> Result<i32, String> {
    let known = 0..=MAX_SECONDS;
    let seconds = value.parse().ok().filter(|seconds| known.contains(seconds));
    seconds.ok_or_else(|| format!("Write whole seconds, at most {MAX_SECONDS}"))
}

fn cost(value: &str) -> Result<i64, String> {
    let known = 0..=MAX_COST;
    let cost = value.parse().ok().filter(|cost| known.contains(cost));
    cost.ok_or_else(|| format!("Write whole millionths of a dollar, at most {MAX_COST}"))
}

fn name_of(value: &str, longest: usize) -> Result<String, String> {
    if value.chars().count() > longest {
        return Err(format!("Write {longest} characters at most"));
    }
    Ok(value.replace('\0', " "))
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
        let query = "said_by=me&seconds_from=-1&seconds_to=1e3&cost_from=0.5&cost_to=x&result=good";
        assert_eq!(
            fields(query),
            [
                "said_by",
                "seconds_from",
                "seconds_to",
                "cost_from",
                "cost_to",
                "result"
            ]
        );
        let long = "x".repeat(MAX_NAME + 1);
        assert_eq!(
            fields(&format!("language={long}&criterion={long}&value={long}")),
            ["language", "criterion", "value"]
        );
        assert_eq!(
            fields("said_by=caller&result=failure&cost_from=2&cost_to=1"),
            ["cost_to", "said_by", "result"]
        );
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
