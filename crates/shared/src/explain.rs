//! Why somebody may or may not do something.

use crate::id::UserId;
use crate::permission::Permission;
use serde::{Deserialize, Serialize};

/// What kind of rule speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// Whether the account can sign in.
    Account,
    /// Whether the organization works.
    Status,
    /// What an organization was given by the one above it.
    Ceiling,
    /// A feature that is switched off.
    Feature,
    Role,
    /// To this member beside his role.
    Grant,
    /// To this member in spite of his role.
    Denial,
}

/// What a rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// It gives the permission, unless another rule denies it.
    Gives,
    /// It takes the permission, whatever gives it.
    Denies,
    /// Nothing either way.
    Nothing,
}

/// One rule of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub kind: RuleKind,
    pub says: Says,
    /// In words.
    pub text: String,
    /// Organization in which it is set.
    pub set_in: String,
}

/// `GET /api/permissions/explain?user=&permission=`: every rule in the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    pub user: UserId,
    pub name: String,
    pub permission: Permission,
    pub allowed: bool,
    pub rules: Vec<Rule>,
}

impl Explanation {
    /// The verdict of a chain: something gives it and nothing denies it.
    pub fn verdict(rules: &[Rule]) -> bool {
        rules.iter().any(|rule| rule.says == Says::Gives)
            && rules.iter().all(|rule| rule.says != Says::Denies)
    }
}
