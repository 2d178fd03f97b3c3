//! The contract between the API and the SPA.
//!
//! Everything here is plain data and pure functions: it compiles for the server and for
//! `wasm32-unknown-unknown` alike and does no I/O. The same `validate` runs in the form and in
//! the handler, the same permission enum guards the route in the browser and the handler on the
//! server.

pub mod account;
pub mod account_email;
pub mod agent;
pub mod api_key;
pub mod audit;
pub mod auth;
pub mod branding;
pub mod call;
pub mod call_filter;
pub mod call_search;
pub mod call_view;
pub mod connection;
pub mod cost;
pub mod customer;
pub mod dashboard;
pub mod domain;
pub mod email;
pub mod erasure;
pub mod error;
pub mod explain;
pub mod export;
pub mod failure;
pub mod feature;
pub mod id;
pub mod invitation;
pub mod ledger;
pub mod letters;
pub mod limits;
pub mod live;
pub mod live_command;
pub mod live_wall;
pub mod mail;
pub mod member;
pub mod moment;
pub mod number;
pub mod organization;
pub mod page;
pub mod palette;
pub mod password;
pub mod permission;
pub mod phone;
pub mod platform;
pub mod public;
pub mod retention;
pub mod role;
pub mod role_list;
pub mod security;
pub mod slug;
pub mod summary;
pub mod work;

pub use email::Email;
pub use error::{ErrorCode, FieldError, Problem};
pub use feature::Feature;
pub use id::{
    AgentId, ApiKeyId, CallId, CallViewId, ConnectionId, DispositionId, DomainId, ErasureId, ExportId,
    InvitationId, MailId, NoteId, OrganizationId, PhoneNumberId, RoleId, SessionId, TagId, UserId,
};
pub use page::Page;
pub use permission::{Permission, PermissionSet};
