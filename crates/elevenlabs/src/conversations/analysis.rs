//! What the vendor made of a call after it ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CallSuccess;
use crate::lenient;

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Analysis {
    #[serde(deserialize_with = "lenient::or_default")]
    pub call_successful: Option<CallSuccess>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub call_success_score: Option<f64>,
    #[serde(rename = "transcript_summary", deserialize_with = "lenient::or_default")]
    pub summary: Option<String>,
    #[serde(rename = "call_summary_title", deserialize_with = "lenient::or_default")]
    pub title: Option<String>,
    /// By criterion id.
    #[serde(
        rename = "evaluation_criteria_results",
        deserialize_with = "lenient::or_default"
    )]
    pub criteria: BTreeMap<String, CriterionResult>,
    /// By data collection id.
    #[serde(rename = "data_collection_results", deserialize_with = "lenient::or_default")]
    pub data: BTreeMap<String, DataCollectionResult>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CriterionResult {
    #[serde(deserialize_with = "lenient::or_default")]
    pub criteria_id: String,
    #[serde(deserialize_with = "lenient::or_default")]
    pub result: Option<CallSuccess>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub rationale: String,
    #[serde(deserialize_with = "lenient::or_default")]
    pub score: Option<i64>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub max_score: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DataCollectionResult {
    #[serde(deserialize_with = "lenient::or_default")]
    pub data_collection_id: String,
    /// Boolean, string, number or null, as the agent's definition says.
    pub value: Value,
    #[serde(deserialize_with = "lenient::or_default")]
    pub rationale: String,
}
