//! What of a call its reader may see, down to the field.

use crate::auth::Caller;
use shared::Permission;
use shared::permission::Requires;

#[derive(Clone, Copy, Debug)]
pub struct Visibility {
    pub transcript: bool,
    pub recording: bool,
    pub cost: bool,
}

impl Visibility {
    pub fn of<P: Requires>(caller: &Caller<P>) -> Self {
        Self {
            transcript: caller.may(Permission::CallsTranscript),
            recording: caller.may(Permission::CallsRecording),
            cost: caller.may(Permission::CallsCost),
        }
    }
}
