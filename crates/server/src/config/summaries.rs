//! `MISTRAL_API_KEY`, `MISTRAL_BASE_URL`, `MISTRAL_MODEL`, `MISTRAL_INPUT_PRICE`, `MISTRAL_OUTPUT_PRICE`,
//! `SUMMARY_INPUT_TOKENS`, `SUMMARIES_AT_ONCE`.

use super::{ConfigError, Environment};
use mistral::price::Price;
use secrecy::SecretString;
use url::Url;

/// The original's `mistral-tiny` is retired; this is the replacement that the vendor names.
const DEFAULT_MODEL: &str = "ministral-8b-latest";

/// Whom calls are summarized by.
#[derive(Clone, Debug)]
pub struct SummaryConfig {
    /// `None`: nothing is sent to anybody.
    pub key: Option<SecretString>,
    pub base_url: Url,
    pub model: String,
    /// Of the operator's own contract; `None`: the list price.
    pub price: Option<Price>,
    /// Most tokens of a transcript that are sent.
    pub input_tokens: usize,
    /// Requests at a time of one process.
    pub at_once: usize,
}

impl SummaryConfig {
    pub(super) fn read(env: &Environment) -> Result<Self, ConfigError> {
        let input_tokens = env.number("SUMMARY_INPUT_TOKENS", 32_000)?;
        if !(1_000..=1_000_000).contains(&input_tokens) {
            return Err(ConfigError::new(
                "SUMMARY_INPUT_TOKENS",
                "must lie between 1000 and 1000000",
            ));
        }
        let at_once = env.number("SUMMARIES_AT_ONCE", 4)?;
        if !(1..=64).contains(&at_once) {
            return Err(ConfigError::new("SUMMARIES_AT_ONCE", "must lie between 1 and 64"));
        }
        Ok(Self {
            key: env
                .text("MISTRAL_API_KEY")
                .map(|key| SecretString::from(key.to_owned())),
            base_url: env.url("MISTRAL_BASE_URL", "https://api.mistral.ai")?,
            model: env.text("MISTRAL_MODEL").unwrap_or(DEFAULT_MODEL).to_owned(),
            price: price(env)?,
            input_tokens,
            at_once,
        })
    }
}

fn price(env: &Environment) -> Result<Option<Price>, ConfigError> {
    let dollars = |name: &'static str| -> Result<Option<u64>, ConfigError> {
        let price: f64 = env.number(name, -1.0)?;
        if env.text(name).is_none() {
            return Ok(None);
        }
        if !(0.0..=10_000.0).contains(&price) {
            return Err(ConfigError::new(
                name,
                "must be US dollars per million tokens, from 0 to 10000",
            ));
        }
        Ok(Some((price * 1_000.0).round() as u64))
    };
    match (dollars("MISTRAL_INPUT_PRICE")?, dollars("MISTRAL_OUTPUT_PRICE")?) {
        (Some(input), Some(output)) => Ok(Some(Price { input, output })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(ConfigError::new(
            "MISTRAL_OUTPUT_PRICE",
            "must be set as well where MISTRAL_INPUT_PRICE is",
        )),
        (None, Some(_)) => Err(ConfigError::new(
            "MISTRAL_INPUT_PRICE",
            "must be set as well where MISTRAL_OUTPUT_PRICE is",
        )),
    }
}
