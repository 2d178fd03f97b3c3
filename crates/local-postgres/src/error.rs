use std::path::PathBuf;

/// Why there is no running PostgreSQL. Every message says what to do or what was tried.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("PostgreSQL {wanted}was not found (looked in PATH, pg_config, and the usual folders); {advice}")]
    NotFound { wanted: String, advice: String },
    #[error("installing PostgreSQL failed: {0}")]
    Install(String),
    #[error("{what}: {source}")]
    Io {
        what: String,
        #[source]
        source: std::io::Error,
    },
    #[error("`{command}` failed: {output}")]
    Command { command: String, output: String },
    #[error("PostgreSQL did not start in {}; its log ends:\n{log}", data.display())]
    Start { data: PathBuf, log: String },
    #[error("the socket folder {} belongs to another user (uid {uid}); remove it or set another data folder", path.display())]
    ForeignSocketDir { path: PathBuf, uid: u32 },
    #[error("SQL failed: {0}")]
    Sql(String),
}

impl Error {
    /// For `map_err`: names the thing that was being done to a file.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
