//! What a search found within calls, and what the log can be filtered by.

use crate::call::Speaker;
use crate::id::CallId;
use serde::{Deserialize, Serialize};

/// Most calls of which matches can be asked for at once.
pub const MAX_CALLS: usize = 50;
/// Most matching turns told of one call in the log.
pub const PER_CALL: i32 = 3;
/// Most matching turns told on the page of a call.
pub const ON_PAGE: i32 = 500;

/// `GET /api/calls/matches?q=…&ids=…` → a list of these, of calls where turns match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallMatches {
    pub call_id: CallId,
    /// The first few, shortened to what is around the found words.
    pub turns: Vec<TurnMatch>,
}

/// A turn in which something was found; `GET /api/calls/{id}/matches?q=…` → a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnMatch {
    pub position: i32,
    pub speaker: Speaker,
    /// Whole seconds from the start of the call.
    pub at_seconds: i32,
    /// What was said, in pieces: together they are the text.
    pub pieces: Vec<Piece>,
}

/// A part of a text, found or beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub text: String,
    pub found: bool,
}

/// `GET /api/calls/choices`: what calls of the organization have, to choose filters from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallChoices {
    pub languages: Vec<String>,
    pub terminations: Vec<String>,
    /// Only with `calls.analysis`, as is what follows.
    pub criteria: Vec<String>,
    pub collected: Vec<String>,
}
