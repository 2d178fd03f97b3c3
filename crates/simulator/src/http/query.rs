//! Query strings as FastAPI reads them: repeated parameters, unknown ones ignored, wrong types refused with a 422.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::error::{ApiError, FieldError};

/// The parsed query of a request.
#[derive(Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl FromRequest for Query {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::parse(request.query_string())))
    }
}

impl Query {
    /// Parses `a=1&a=2&b=`.
    pub fn parse(text: &str) -> Self {
        Self(serde_urlencoded::from_str(text).unwrap_or_default())
    }

    /// The last value given; an empty one counts as absent.
    pub fn text(&self, name: &str) -> Option<String> {
        self.0
            .iter()
            .rev()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.clone())
    }

    /// All values of a repeated parameter.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// # Errors
    /// 422 when it is not a whole number.
    pub fn int(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => {
                let message = "Input should be a valid integer, unable to parse string as an integer";
                Err(FieldError::new(&["query", name], message, "int_parsing").into())
            }
        }
    }

    /// # Errors
    /// 422 when it is not a whole number in `low..=high`.
    pub fn int_between(&self, name: &str, low: i64, high: i64) -> Result<Option<i64>, ApiError> {
        let number = self.int(name)?;
        let refuse = |message: String, kind| Err(FieldError::new(&["query", name], &message, kind).into());
        match number {
            Some(number) if number < low => refuse(
                format!("Input should be greater than or equal to {low}"),
                "greater_than_equal",
            ),
            Some(number) if number > high => refuse(
                format!("Input should be less than or equal to {high}"),
                "less_than_equal",
            ),
            number => Ok(number),
        }
    }

    /// # Errors
    /// 422 when it is not one of FastAPI's words for a boolean.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.text(name).map(|text| text.to_lowercase()).as_deref() {
            None => Ok(None),
            Some("true" | "1" | "yes" | "on" | "t" | "y") => Ok(Some(true)),
            Some("false" | "0" | "no" | "off" | "f" | "n") => Ok(Some(false)),
            Some(_) => Err(FieldError::new(
                &["query", name],
                "Input should be a valid boolean, unable to interpret input",
                "bool_parsing",
            )
            .into()),
        }
    }

    /// # Errors
    /// 422 when it is none of `allowed`.
    pub fn one_of(&self, name: &str, allowed: &[&str]) -> Result<Option<String>, ApiError> {
        let text = self.text(name);
        if text.as_deref().is_none_or(|text| allowed.contains(&text)) {
            return Ok(text);
        }
        let listed = allowed
            .iter()
            .map(|word| format!("'{word}'"))
            .collect::<Vec<_>>()
            .join(", ");
        Err(FieldError::new(&["query", name], &format!("Input should be {listed}"), "enum").into())
    }

    /// # Errors
    /// 422 when it is absent.
    pub fn required(&self, name: &str) -> Result<String, ApiError> {
        self.text(name)
            .ok_or_else(|| FieldError::missing(&["query", name]).into())
    }
}
