//! Reading of single variables.

use std::collections::HashMap;
use std::fmt;

/// What is wrong with one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub variable: &'static str,
    pub message: String,
}

impl ConfigError {
    pub fn new(variable: &'static str, message: impl Into<String>) -> Self {
        Self {
            variable,
            message: message.into(),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variable, self.message)
    }
}

impl std::error::Error for ConfigError {}

/// The environment as one map, so that tests can make their own.
#[derive(Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl Environment {
    /// The process's own, after `.env` in the working directory was read.
    pub fn of_process() -> Self {
        // A missing .env is the usual case.
        let _ = dotenvy::dotenv();
        Self(std::env::vars().collect())
    }

    /// The variable's text; an empty one counts as unset.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    /// # Errors
    /// When it is set and not a number of the type.
    pub fn number<T: std::str::FromStr>(&self, name: &'static str, default: T) -> Result<T, ConfigError> {
        match self.text(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_parse| {
                ConfigError::new(name, format!("is {text:?}, which is not a number in range"))
            }),
        }
    }

    /// # Errors
    /// When it is set and neither true nor false.
    pub fn flag(&self, name: &'static str, default: bool) -> Result<bool, ConfigError> {
        match self.text(name).map(str::to_lowercase).as_deref() {
            None => Ok(default),
            Some("true" | "1" | "yes" | "on") => Ok(true),
            Some("false" | "0" | "no" | "off") => Ok(false),
            Some(other) => Err(ConfigError::new(
                name,
                format!("is {other:?}; write true or false"),
            )),
        }
    }

    /// # Errors
    /// When it is set and not an http(s) URL.
    pub fn url(&self, name: &'static str, default: &str) -> Result<url::Url, ConfigError> {
        let text = self.text(name).unwrap_or(default);
        match url::Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.host().is_some() => Ok(url),
            _ => Err(ConfigError::new(
                name,
                format!("is {text:?}; write a URL such as https://voice.example.com"),
            )),
        }
    }
}

impl Environment {
    /// One of the caller's own; of a name that comes twice the last counts.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .collect(),
        )
    }
}

/// Where the server runs. `NODE_ENV` is read as an alias, so that deployment recipes of the original work unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppEnv {
    Development,
    Staging,
    Production,
}

impl AppEnv {
    /// # Errors
    /// When it is none of the three.
    pub fn read(env: &Environment) -> Result<Self, ConfigError> {
        match env.text("APP_ENV").or_else(|| env.text("NODE_ENV")) {
            None | Some("development" | "test") => Ok(Self::Development),
            Some("staging") => Ok(Self::Staging),
            Some("production") => Ok(Self::Production),
            Some(other) => Err(ConfigError::new(
                "APP_ENV",
                format!("is {other:?}; write development, staging or production"),
            )),
        }
    }
}
