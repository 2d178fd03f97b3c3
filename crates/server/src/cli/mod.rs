//! The command line of `echosensei`.

mod check_config;
mod create_user;
mod import_users;
mod log;
mod move_storage;

use crate::config::{Config, ConfigError, Environment};
use crate::serve::{self, Mode};
use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use std::process::ExitCode;

/// EchoSensei: operate voice agents for many tenants.
#[derive(Parser)]
#[command(name = "echosensei", version, arg_required_else_help = false)]
struct Cli {
    /// Prints the configuration as it was understood, secrets masked, and ends; 1 when something is wrong with it.
    #[arg(long)]
    check_config: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves API and pages, and runs background jobs (the default).
    Serve {
        /// Jobs run in `echosensei worker` processes instead.
        #[arg(long)]
        no_worker: bool,
    },
    /// Runs background jobs only.
    Worker,
    /// Brings the database up to date and ends.
    Migrate,
    /// Accounts and storage.
    Admin(Admin),
}

#[derive(Args)]
struct Admin {
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Subcommand)]
enum AdminCommand {
    ImportUsers(import_users::ImportUsers),
    CreateUser(create_user::CreateUser),
    MoveStorage(move_storage::MoveStorage),
}

/// Everything the program does.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let environment = Environment::of_process();
    let config = Config::read(&environment);
    if cli.check_config {
        return check_config::report(config);
    }
    let config = match config {
        Ok(config) => config,
        Err(errors) => return refuse(&errors),
    };
    log::start(&config);
    let command = cli.command.unwrap_or(Command::Serve { no_worker: false });
    // On the heap: it holds the whole configuration.
    match Box::pin(execute(config, command)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "ended");
            ExitCode::FAILURE
        }
    }
}

fn refuse(errors: &[ConfigError]) -> ExitCode {
    for error in errors {
        eprintln!("{error}");
    }
    ExitCode::FAILURE
}

async fn execute(config: Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve { no_worker: false } => serve::run(config, Mode::All).await,
        Command::Serve { no_worker: true } => serve::run(config, Mode::HttpOnly).await,
        Command::Worker => serve::run(config, Mode::WorkerOnly).await,
        // Opening migrates.
        Command::Migrate => close(serve::open(config).await?).await,
        Command::Admin(admin) => {
            let opened = serve::open(config).await?;
            let done = match admin.command {
                AdminCommand::ImportUsers(arguments) => arguments.run(&opened.app).await,
                AdminCommand::CreateUser(arguments) => arguments.run(&opened.app).await,
                AdminCommand::MoveStorage(arguments) => arguments.run(&opened.app).await,
            };
            close(opened).await?;
            done
        }
    }
}

async fn close(opened: serve::Opened) -> anyhow::Result<()> {
    drop(opened.app);
    if let Some(local) = opened.local {
        tokio::task::spawn_blocking(move || local.stop())
            .await?
            .context("stopping the local PostgreSQL")?;
    }
    Ok(())
}
