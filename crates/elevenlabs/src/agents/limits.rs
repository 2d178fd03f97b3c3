//! How many calls the vendor lets an agent take.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::AgentPatch;

/// An agent's own bounds: `platform_settings.call_limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallLimits {
    /// Conversations at the same time; -1: as many as the workspace has.
    pub agent_concurrency_limit: i64,
    /// Conversations a day.
    pub daily_limit: i64,
    /// Whether calls above the workspace's own concurrency are taken, at double the price.
    pub bursting_enabled: bool,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            agent_concurrency_limit: -1,
            daily_limit: 100_000,
            bursting_enabled: true,
        }
    }
}

impl CallLimits {
    /// No call at all, neither now nor today. The vendor's schema bounds neither figure from below.
    pub fn none(self) -> Self {
        Self {
            agent_concurrency_limit: 0,
            daily_limit: 0,
            ..self
        }
    }

    /// At most `calls` at a time; a stricter bound that is there already stays.
    pub fn at_most(self, calls: i64) -> Self {
        let own = Some(self.agent_concurrency_limit).filter(|own| *own >= 0);
        Self {
            agent_concurrency_limit: own.map_or(calls, |own| own.min(calls)),
            ..self
        }
    }

    /// A change of an agent to these bounds; all else of it stays.
    pub fn patch(&self) -> AgentPatch {
        AgentPatch {
            platform_settings: Some(json!({ "call_limits": self })),
            ..AgentPatch::default()
        }
    }

    /// Of an agent's whole reply; what is missing has the vendor's default.
    pub fn of(agent: &Value) -> Self {
        agent
            .pointer("/platform_settings/call_limits")
            .and_then(|limits| Self::deserialize(limits).ok())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_limits_are_the_vendors_defaults() {
        assert_eq!(CallLimits::of(&json!({})), CallLimits::default());
        let some = json!({"platform_settings": {"call_limits": {"agent_concurrency_limit": 3}}});
        assert_eq!(CallLimits::of(&some).agent_concurrency_limit, 3);
        assert_eq!(CallLimits::of(&some).daily_limit, 100_000);
    }

    #[test]
    fn a_bound_is_never_loosened_and_the_rest_stays() {
        let own = CallLimits {
            agent_concurrency_limit: 2,
            ..CallLimits::default()
        };
        assert_eq!(own.at_most(5).agent_concurrency_limit, 2);
        assert_eq!(own.at_most(1).agent_concurrency_limit, 1);
        assert_eq!(CallLimits::default().at_most(5).agent_concurrency_limit, 5);
        let none = own.none();
        assert_eq!(
            (
                none.agent_concurrency_limit,
                none.daily_limit,
                none.bursting_enabled
            ),
            (0, 0, true)
        );
    }
}
