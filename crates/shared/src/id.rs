//! Typed identifiers: a call's id can not be passed where an agent's is meant.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    };
}

id!(
    /// An organization: the platform, an agency or a customer.
    OrganizationId
);
id!(
    /// A person who signs in.
    UserId
);
id!(
    /// An ElevenLabs workspace key with its base URL.
    ConnectionId
);
id!(
    /// A voice agent, ours; the provider's id stands beside it.
    AgentId
);
id!(
    /// A telephone number, ours; the provider's id stands beside it.
    PhoneNumberId
);
id!(
    /// A call (a *conversation* in the provider's words).
    CallId
);
id!(
    /// A saved view of the call log.
    CallViewId
);
id!(
    /// An organization's own role.
    RoleId
);
id!(
    /// An invitation into an organization, or to found one.
    InvitationId
);
id!(
    /// A mail that was sent or is on its way.
    MailId
);
id!(
    /// A key with which a program calls the API.
    ApiKeyId
);
id!(
    /// A session as its owner sees it; not the key that the cookie holds.
    SessionId
);
id!(
    /// A domain of an organization's own.
    DomainId
);
id!(
    /// A tag of an organization's own.
    TagId
);
id!(
    /// How a call ended, in an organization's own words.
    DispositionId
);
id!(
    /// A note on a call.
    NoteId
);
id!(
    /// Calls as a file.
    ExportId
);
id!(
    /// An order to erase calls.
    ErasureId
);
