//! `echosensei-simulator`: the stand-in as a program.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use echosensei_simulator::{Options, start};

/// Stands in for ElevenLabs on this machine.
#[derive(Debug, Parser)]
#[command(name = "echosensei-simulator", version)]
struct Arguments {
    /// Where to listen; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:5100")]
    listen: SocketAddr,
    /// Where to play the data-residency host; only there the key of the EU workspace is accepted.
    #[arg(long)]
    residency_listen: Option<SocketAddr>,
    /// The same seed gives the same agents and calls.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Past conversations of the main workspace.
    #[arg(long, default_value_t = 2_000)]
    conversations: usize,
    /// Calls kept running.
    #[arg(long, default_value_t = 3)]
    live: usize,
    /// How many times faster than real life running calls go.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Unix seconds up to which the past reaches; the clock where left out.
    #[arg(long)]
    now: Option<i64>,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    let arguments = Arguments::parse();
    let options = Options {
        listen: arguments.listen,
        residency_listen: arguments.residency_listen,
        seed: arguments.seed,
        conversations: arguments.conversations,
        live: arguments.live,
        chat_agent: true,
        speed: arguments.speed,
        now: arguments.now,
    };
    let handle = match start(options) {
        Ok(handle) => handle,
        Err(error) => {
            tracing::error!(%error, "the simulator did not start");
            let _no_terminal = writeln!(std::io::stderr(), "echosensei-simulator: {error}");
            return ExitCode::FAILURE;
        }
    };
    // The first line tells a parent process the port; nothing else is written to standard output.
    let mut out = std::io::stdout();
    let _closed = writeln!(out, "listening on {}", handle.base_url);
    if let Some(url) = &handle.residency_base_url {
        let _closed = writeln!(out, "residency listening on {url}");
    }
    let _closed = out.flush();
    handle.wait();
    ExitCode::SUCCESS
}
