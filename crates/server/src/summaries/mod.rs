//! Summaries of calls by a language model (Mistral, or whoever speaks its protocol).
//!
//! | file | what it does |
//! |---|---|
//! | `summarizer` | the one client of the process, and its pause when the vendor asks for one |
//! | `check` | at start: does the model still exist? |
//! | `transcript`, `prompt`, `reply` | what is sent, and the check of what comes back |
//! | `ask` | asks, and asks once more when the answer is not what was asked for |
//! | `queue`, `job`, `work`, `claim`, `store` | a finished call becomes a summary, once |
//! | `settings`, `rules`, `preview` | how an organization wants them |
//! | `show`, `regenerate`, `texts` | on the call, and in lists |
//! | `runs` | many at once |
//!
//! *Never twice.* Whoever is to send a transcript inserts its claim first: call, SHA-256 of the transcript, SHA-256 of the
//! instructions, and how often a person asked anew are the key of `summary_requests`. The answer, its cost and the summary
//! are stored in one transaction. What remains is a process that is killed, or a connection that breaks, between sending and
//! storing: the vendor knows no idempotency key, so nobody can tell whether the answer was made. Such a claim is sent once
//! more, and given up when that is lost too; it counts in `lost`. So a crash repeats at most as many requests as the process
//! had on their way (`SUMMARIES_AT_ONCE`), each once, and cost is booked only for answers that came.

pub mod ask;
pub mod check;
pub mod claim;
pub mod job;
pub mod preview;
pub mod prompt;
pub mod queue;
pub mod regenerate;
pub mod reply;
pub mod rules;
pub mod runs;
pub mod settings;
pub mod show;
pub mod store;
pub mod summarizer;
pub mod texts;
pub mod transcript;
pub mod work;

pub use summarizer::Summarizer;

/// Queue of the jobs that ask.
pub const QUEUE: &str = "summaries";
