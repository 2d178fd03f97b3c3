//! The program; see `echosensei --help`.

#[tokio::main]
async fn main() -> std::process::ExitCode {
    server::cli::run().await
}
