//! One line of a scenario: somebody says one of several sentences, or the agent uses a tool.

use serde::Deserialize;
use serde_json::Value;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    User,
    Agent,
}

impl Role {
    /// The vendor's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
        }
    }
}

/// In which outcome a beat is played: `+` good, `-` bad, no mark always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    Success,
    Failure,
}

/// See the module.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Vec<Value>")]
pub enum Beat {
    Say {
        role: Role,
        when: When,
        lines: Vec<String>,
    },
    Tool {
        when: When,
        name: String,
        params: Value,
        result: String,
    },
}

impl Beat {
    /// In which outcome it is played.
    pub fn when(&self) -> When {
        match self {
            Self::Say { when, .. } | Self::Tool { when, .. } => *when,
        }
    }
}

impl TryFrom<Vec<Value>> for Beat {
    type Error = String;

    fn try_from(parts: Vec<Value>) -> Result<Self, String> {
        let mut parts = parts.into_iter();
        let mark = parts
            .next()
            .and_then(|mark| mark.as_str().map(str::to_owned))
            .ok_or("a beat starts with a mark")?;
        let when = match mark.get(1..) {
            Some("+") => When::Success,
            Some("-") => When::Failure,
            _ => When::Always,
        };
        let text = |value: Value| value.as_str().map(str::to_owned).ok_or("a beat holds text");
        let role = match mark.get(..1) {
            Some("u") => Role::User,
            Some("a") => Role::Agent,
            Some("t") => {
                let mut next = || parts.next().ok_or("a tool has a name, parameters and a result");
                return Ok(Self::Tool {
                    when,
                    name: text(next()?)?,
                    params: next()?,
                    result: text(next()?)?,
                });
            }
            _ => return Err(format!("unknown mark {mark}")),
        };
        let lines = parts.map(text).collect::<Result<Vec<_>, _>>()?;
        if lines.is_empty() {
            Err("nothing is said".to_owned())
        } else {
            Ok(Self::Say { role, when, lines })
        }
    }
}
