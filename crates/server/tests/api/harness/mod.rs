//! A whole server per test.
//!
//! ```ignore
//! let app = TestApp::start().await;                     // seeded as the demo is: platform, agency, two customers
//! let agency = app.sign_in(AGENCY).await;               // a client with session cookie and Origin header
//! let reply = agency.get("/api/agents").await;          // `Reply`: status, headers, `json::<T>()`, `problem()`
//! app.connect_simulator(&agency).await;                 // a connection to the simulator, synced
//! app.run_jobs().await;                                 // until the queue is idle
//! ```

mod client;
mod connect;
mod dns;
mod gate;
mod mailbox;
mod people;
mod second_factor;
mod tab;
mod template;
mod test_app;

pub use client::{Client, Reply};
pub use connect::{EU_KEY, MAIN_KEY, MAIN_NO_AGENTS_KEY, MAIN_READ_ONLY_KEY, SMALL_KEY};
pub use dns::Dns;
pub use gate::Gate;
pub use second_factor::code_at;
pub use tab::Tab;
pub use template::database;
pub use test_app::{AGENCY, CUSTOMER, PASSWORD, PLATFORM, TestApp, VIEWER};
