//! What every request passes, from the outside in.
//!
//! | file | what it does |
//! |---|---|
//! | `request_id` | names the request, in log, reply and error |
//! | `access_log` | one line and one measurement a request |
//! | `security_headers` | what a browser may do with our pages |
//! | `compression` | JSON in fewer bytes |
//! | `origin_check` | refuses unsafe methods from other sites |
//! | `client_ip` | whose address counts |

pub mod access_log;
pub mod client_ip;
pub mod compression;
pub mod origin_check;
pub mod request_id;
pub mod security_headers;
