//! What of a call its reader may see, down to the field.

use crate::auth::Caller;
use shared::permission::Requires;
use shared::{Permission, PermissionSet};

#[derive(Clone, Copy, Debug)]
pub struct Visibility {
    pub numbers: bool,
    pub transcript: bool,
    pub analysis: bool,
    pub recording: bool,
    pub cost: bool,
}

impl Visibility {
    pub fn of<P: Requires>(caller: &Caller<P>) -> Self {
        Self {
            numbers: caller.may(Permission::CallsNumbers),
            transcript: caller.may(Permission::CallsTranscript),
            analysis: caller.may(Permission::CallsAnalysis),
            recording: caller.may(Permission::CallsRecording),
            cost: caller.may(Permission::CallsCost),
        }
    }

    /// The same for somebody who is not asking just now.
    pub fn of_permissions(permissions: &PermissionSet) -> Self {
        let may = |permission| permissions.contains(permission);
        Self {
            numbers: may(Permission::CallsNumbers),
            transcript: may(Permission::CallsTranscript),
            analysis: may(Permission::CallsAnalysis),
            recording: may(Permission::CallsRecording),
            cost: may(Permission::CallsCost),
        }
    }

    /// The caller's number, whole or masked.
    pub fn number(self, number: Option<String>) -> Option<String> {
        match self.numbers {
            true => number,
            false => number.as_deref().map(masked),
        }
    }
}

/// A telephone number as somebody sees it who may not see numbers: its last two digits, enough to tell two callers apart.
pub fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let last: String = digits.iter().skip(digits.len().saturating_sub(2)).collect();
    format!("•••{last}")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn two_digits_stay() {
        assert_eq!(masked("+49 30 1234567"), "•••67");
        assert_eq!(masked("1"), "•••1");
        assert_eq!(masked("sip:anna"), "•••");
    }
}
