//! The program; see `echosensei --help`.

/// Gives freed memory back to the system soon. The C library's allocator keeps the 19 MiB that each password hash needs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    // It holds every command, of which one is run.
    Box::pin(server::cli::run()).await
}
