//! One running call, followed word by word over the provider's monitor socket.

use super::commands::carry_out::Awaited;
use super::commands::desk::Attended;
use super::commands::monitors::{self, Standing};
use super::words::Words;
use crate::app::App;
use crate::calls::store::{self, KnownCall, StoreError};
use crate::calls::turns;
use crate::connections::ConnectionHandle;
use chrono::Utc;
use elevenlabs::Error;
use elevenlabs::conversations::ConversationSummary;
use elevenlabs::monitor::Monitor;
use shared::call::{Speaker, Turn};
use shared::live::LiveGrade;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The past events come at once; a vendor that does not say when they are through must not hold the words back.
const HISTORY_WITHIN: Duration = Duration::from_secs(3);

/// The call to follow.
pub struct Heard {
    pub call: KnownCall,
    /// As the list told it.
    pub item: ConversationSummary,
}

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// The call is over.
    Over,
    /// This call can not be followed.
    Refused,
    /// No call of this workspace can: plan or permission.
    WorkspaceRefused,
    /// Cut; worth another try while the call runs.
    Failed { heard_something: bool },
}

/// Follows until the socket ends. Dropping the future closes the socket and leaves the call alone.
pub async fn follow(app: App, connection: ConnectionHandle, heard: Heard) -> End {
    let id = &heard.item.conversation_id;
    let monitor = match connection.client().monitor(id).await {
        Ok(monitor) => monitor,
        Err(error) => {
            let end = refusal(&error);
            tracing::info!(conversation.id = %id, error = %error, ?end, "call can not be monitored");
            let standing = match end {
                End::Refused => Some(Standing::Refused),
                End::WorkspaceRefused => Some(Standing::WorkspaceRefused),
                End::Over | End::Failed { .. } => None,
            };
            if let Some(standing) = standing {
                monitors::note(&app, &heard.call, standing, Some(error.to_string())).await;
            }
            return end;
        }
    };
    let mut heard_something = false;
    let mut orders = app.desk.attend(connection.id, id);
    monitors::note(&app, &heard.call, Standing::Open, None).await;
    let ended = listen(
        &app,
        &connection,
        &heard,
        monitor,
        &mut orders,
        &mut heard_something,
    )
    .await;
    drop(orders);
    monitors::forget(&app, &heard.call).await;
    match ended {
        Ok(()) => End::Over,
        Err(Lost::Provider(error)) => {
            tracing::info!(conversation.id = %id, error = %error, "monitor socket lost");
            End::Failed { heard_something }
        }
        Err(Lost::Store(error)) => {
            tracing::warn!(conversation.id = %id, error = %error, "words of a running call could not be stored");
            End::Failed { heard_something }
        }
    }
}

/// The vendor's exact code is not documented; what a repeat can not change counts as a refusal. One that names a
/// permission is about the key, any other may be about this agent alone.
fn refusal(error: &Error) -> End {
    match error {
        Error::Forbidden {
            permission: Some(_), ..
        }
        | Error::PaymentRequired { .. } => End::WorkspaceRefused,
        Error::Forbidden { .. }
        | Error::NotFound { .. }
        | Error::Validation { .. }
        | Error::Conflict { .. }
        | Error::PrivateHost(_)
        | Error::Configuration(_) => End::Refused,
        _ => End::Failed {
            heard_something: false,
        },
    }
}

enum Lost {
    Provider(Error),
    Store(StoreError),
}

impl From<StoreError> for Lost {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

async fn listen(
    app: &App,
    connection: &ConnectionHandle,
    heard: &Heard,
    mut monitor: Monitor,
    orders: &mut Attended,
    heard_something: &mut bool,
) -> Result<(), Lost> {
    let mut awaited = Awaited::default();
    let ended = read(
        app,
        connection,
        heard,
        &mut monitor,
        orders,
        &mut awaited,
        heard_something,
    )
    .await;
    match &ended {
        Ok(()) => awaited.over(app).await,
        Err(_lost) => awaited.lost(app).await,
    }
    ended
}

async fn read(
    app: &App,
    connection: &ConnectionHandle,
    heard: &Heard,
    monitor: &mut Monitor,
    orders: &mut Attended,
    awaited: &mut Awaited,
    heard_something: &mut bool,
) -> Result<(), Lost> {
    let call = &heard.call;
    store::announce(app, connection, &heard.item, LiveGrade::Transcript).await?;
    let mut words = Words::new(stored(app, call).await?);
    let history = tokio::time::sleep(HISTORY_WITHIN);
    tokio::pin!(history);
    loop {
        let overdue = awaited.until();
        let turns = tokio::select! {
            event = monitor.next() => match event {
                None => return Ok(()),
                Some(Ok(event)) => {
                    // What was said before a command is no effect of it.
                    if !words.is_in_history() {
                        awaited.observe(app, call, &event).await;
                    }
                    words.take(event, age(call))
                }
                // One odd frame; the socket is still good.
                Some(Err(Error::Decode { .. })) => continue,
                Some(Err(error)) => return Err(Lost::Provider(error)),
            },
            order = orders.next() => {
                awaited.carry_out(app, call, monitor, order).await;
                continue;
            }
            () = sleep_until(overdue.unwrap_or_else(Instant::now)), if overdue.is_some() => {
                awaited.overdue(app).await;
                continue;
            }
            () = &mut history, if words.is_in_history() => words.end_history(),
        };
        for turn in turns {
            *heard_something = true;
            store::append_turn(app, call, &turn).await?;
        }
    }
}

/// Seconds since the call began. The socket does not tell when something was said.
fn age(call: &KnownCall) -> f64 {
    let milliseconds = (Utc::now() - call.started_at).num_milliseconds().max(0);
    (milliseconds / 100) as f64 / 10.0
}

/// What is known of the call already, from position 0.
async fn stored(app: &App, call: &KnownCall) -> Result<Vec<(Speaker, String)>, StoreError> {
    let (id, started_at) = (call.id.0, call.started_at);
    let turns: Vec<Turn> = app
        .db
        .tenant::<_, StoreError, _>(call.organization, async move |conn| {
            Ok(turns::of_call(conn, id, started_at).await?)
        })
        .await?;
    Ok(turns
        .into_iter()
        .map(|turn| (turn.speaker, turn.message.unwrap_or_default()))
        .collect())
}
