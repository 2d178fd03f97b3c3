//! What a call cost at the provider.

use serde::{Deserialize, Serialize};

/// Provider cost. ElevenLabs bills in credits and tells the dollar amount beside it
/// (`metadata.cost`, `metadata.cost_fiat`); both are kept, in whole numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Provider credits.
    pub credits: Option<i64>,
    /// Millionths of a US dollar.
    pub usd_micros: Option<i64>,
}

/// The parts of a cost, each in millionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostBreakdown {
    pub llm_usd_micros: Option<i64>,
    pub platform_usd_micros: Option<i64>,
    pub llm_credits: Option<i64>,
    pub call_credits: Option<i64>,
    /// Billed double: the workspace was over its concurrency.
    pub burst: bool,
}
