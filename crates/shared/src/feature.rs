//! Features that an organization can be given or not, by whoever stands above it.

use crate::permission::Permission;
use serde::{Deserialize, Serialize};

macro_rules! features {
    ($($variant:ident $code:literal $label:literal $description:literal [$($permission:ident),*];)*) => {
        /// A switch per organization. What is off above is off below.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Feature {
            $(
                #[doc = $description]
                #[serde(rename = $code)]
                $variant,
            )*
        }

        impl Feature {
            pub const ALL: &'static [Feature] = &[$(Feature::$variant),*];

            /// As stored and sent.
            pub fn code(self) -> &'static str {
                match self { $(Feature::$variant => $code),* }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Feature::$variant),)* _ => None }
            }

            pub fn label(self) -> &'static str {
                match self { $(Feature::$variant => $label),* }
            }

            pub fn description(self) -> &'static str {
                match self { $(Feature::$variant => $description),* }
            }

            /// Nobody in the organization has these while the feature is off.
            pub fn permissions(self) -> &'static [Permission] {
                match self { $(Feature::$variant => &[$(Permission::$permission),*]),* }
            }
        }
    };
}

features! {
    Live "live" "Live monitoring" "Watching calls while they run." [LiveView, LiveTranscript, LiveHint, LiveEnd, LiveTransfer, LiveTakeover, LiveWall];
    Recordings "recordings" "Recordings" "Hearing and saving the sound of calls." [CallsRecording, CallsDownload];
    Transcripts "transcripts" "Transcripts" "Reading and searching what was said." [CallsTranscript, CallsAnalysis, LiveTranscript];
    Summaries "summaries" "Summaries by Mistral" "Sending transcripts to Mistral, a third party, to have calls summarized. Off: nothing is sent, and the provider's own summaries are shown." [CallsSummarize, SummariesManage];
    OwnConnections "own_connections" "Own workspaces" "Connecting workspaces of its own." [ConnectionsManage, ConnectionsRemove, ConnectionsWebhook];
    CustomRoles "custom_roles" "Own roles" "Making roles beside the templates." [RolesManage];
    ApiKeys "api_keys" "API keys" "Access for programs." [ApiKeysView, ApiKeysManage];
    WhiteLabel "white_label" "Own brand" "App name, logo, colour and texts of its own." [BrandingEdit];
    CustomDomains "custom_domains" "Own domains" "Being reached under domains of its own." [BrandingDomains];
    AuditLog "audit_log" "Audit log" "Reading and exporting who did what." [AuditView, AuditExport, AuditVerify];
}

impl Permission {
    /// The features that must be on for it.
    pub fn features(self) -> impl Iterator<Item = Feature> {
        Feature::ALL
            .iter()
            .copied()
            .filter(move |feature| feature.permissions().contains(&self))
    }
}
