//! `GET /api/live`: the WebSocket of one browser tab. One task a socket, no buffers beyond the channel it shares with
//! all others of its organization.

use super::below::Watching;
use super::feed::{Feed, Next};
use super::hub::{Admission, Heard, Subscription};
use super::notice::Class;
use super::session::{Check, Watched};
use super::{missed, origin, running};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{CloseCode, Message, MessageStream, Session};
use bytestring::ByteString;
use rand::Rng;
use shared::live::{LiveCommand, LiveMessage};
use shared::permission::needs;
use shared::{ErrorCode, OrganizationId};
use std::time::Duration;
use tokio::time::{Instant, Interval, interval_at, sleep_until, timeout};

/// A browser sends little more than where it stands.
const MAX_COMMAND: usize = 4096;
/// A reader that takes nothing for so long is gone.
const SEND_TIMEOUT: Duration = Duration::from_secs(15);
/// A beat is this part of `LIVE_PING_SECONDS`.
const BEATS_PER_PING: u32 = 2;
const BEATS_PER_CHECK: u32 = 3;
const MISSED_PONGS: u32 = 2;

/// # Errors
/// `foreign_origin`, `rate_limited` above [`super::hub::SOCKETS_PER_USER`], `malformed_request` without an upgrade.
///
/// The session cookie alone says who asks, the origin that the page is ours. A program shows its API key and has no origin.
pub async fn open(
    app: web::Data<App>,
    caller: Caller<needs::LiveView>,
    request: HttpRequest,
    body: web::Payload,
) -> ApiResult<HttpResponse> {
    if caller.key().is_none() {
        origin::check(&request, &app.config)?;
    }
    let admission = app
        .hub
        .admit(caller.user())
        .ok_or(ApiError::RateLimited(Duration::from_secs(30)))?;
    let (reply, session, messages) = actix_ws::handle(&request, body)
        .map_err(|error| ApiError::because(ErrorCode::MalformedRequest, error.to_string()))?;
    let class = Class::of(&caller.principal().permissions, caller.principal().agents.clone());
    let watched = Watched::of(&app, &request, &caller);
    let socket = Socket {
        app: App::clone(&app),
        organization: caller.organization(),
        subscription: app.hub.subscribe(caller.organization()),
        below: None,
        session,
        feed: Feed::new(class),
        watched,
        unanswered: 0,
        _admission: admission,
    };
    actix_web::rt::spawn(socket.run(messages.max_frame_size(MAX_COMMAND)));
    Ok(reply)
}

struct Socket {
    app: App,
    organization: OrganizationId,
    subscription: Subscription,
    /// `Some`: it wants to know when something changes below.
    below: Option<Watching>,
    session: Session,
    feed: Feed,
    watched: Watched,
    /// Pings since the last pong.
    unanswered: u32,
    _admission: Admission,
}

/// Why a socket ends.
#[derive(Debug)]
enum End {
    /// The browser went away, or takes nothing.
    Gone,
    Because(CloseCode),
}

impl Socket {
    async fn run(mut self, mut messages: MessageStream) {
        let end = match self.greet().await {
            Ok(()) => self.serve(&mut messages).await,
            Err(end) => end,
        };
        tracing::debug!(organization.id = %self.organization, ?end, "live socket ended");
        if let End::Because(code) = end {
            let _ = timeout(SEND_TIMEOUT, self.session.close(Some(code.into()))).await;
        }
    }

    /// A reader of some agents only hears of the calls that began before his socket, too.
    async fn follow_running(&mut self) -> Result<(), End> {
        let Some(agents) = self.feed.agents() else {
            return Ok(());
        };
        let scope = db::Scope {
            agents: Some(agents),
            ..self.organization.into()
        };
        let running = self
            .app
            .db
            .tenant(scope, async |conn| Ok::<_, db::Error>(running::ids(conn).await?))
            .await
            .map_err(database)?;
        self.feed.follow(running);
        Ok(())
    }

    /// Subscribed already, so that nothing falls between the greeting's id and the first event.
    async fn greet(&mut self) -> Result<(), End> {
        let last_event_id = self
            .app
            .db
            .tenant(self.organization, async |conn| {
                Ok::<_, db::Error>(missed::last_id(conn).await?)
            })
            .await
            .map_err(database)?;
        self.app.hub.stands_at(self.organization, last_event_id);
        self.follow_running().await?;
        self.feed.greeted(last_event_id);
        self.say(&LiveMessage::Hello { last_event_id }).await
    }

    async fn serve(&mut self, messages: &mut MessageStream) -> End {
        let stopped = self.app.hub.stopped();
        let mut ended = self.app.hub.ended();
        let mut beat = beats(self.app.config.http.live_ping / BEATS_PER_PING);
        let mut beats = 0_u32;
        loop {
            let held_until = self.feed.held_until();
            let step = tokio::select! {
                message = messages.recv() => self.command(message).await,
                heard = self.subscription.next(), if held_until.is_none() => self.hear(&heard).await,
                () = sleep_until(held_until.unwrap_or_else(Instant::now)), if held_until.is_some() => {
                    self.feed.release();
                    Ok(())
                }
                () = something(&mut self.below) => self.say(&LiveMessage::Below).await,
                _ = beat.tick() => {
                    beats = beats.wrapping_add(1);
                    self.beat(beats).await
                }
                session = ended.recv() => match session {
                    Ok(session) if !self.watched.is(&session) => Ok(()),
                    // Its own, or some were missed.
                    _ => self.check().await,
                },
                () = stopped.cancelled() => Err(End::Because(CloseCode::Restart)),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn command(
        &mut self,
        message: Option<Result<Message, actix_ws::ProtocolError>>,
    ) -> Result<(), End> {
        match message {
            Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                Ok(LiveCommand::Resume { last_event_id }) => self.resume(last_event_id).await,
                Ok(LiveCommand::WatchBelow { on }) => {
                    // Whose role lost it may not have noticed yet; he is told nothing.
                    let may = on && self.feed.watches_below();
                    self.below = may.then(|| self.app.below.watch(self.organization));
                    Ok(())
                }
                Err(_unreadable) => Err(End::Because(CloseCode::Unsupported)),
            },
            Some(Ok(Message::Ping(bytes))) => sent(timeout(SEND_TIMEOUT, self.session.pong(&bytes)).await),
            Some(Ok(Message::Pong(_))) => {
                self.unanswered = 0;
                Ok(())
            }
            Some(Ok(Message::Nop)) => Ok(()),
            Some(Ok(Message::Close(_))) => Err(End::Because(CloseCode::Normal)),
            // A command fits into one frame.
            Some(Ok(Message::Binary(_) | Message::Continuation(_))) => {
                Err(End::Because(CloseCode::Unsupported))
            }
            Some(Err(actix_ws::ProtocolError::Overflow)) => Err(End::Because(CloseCode::Size)),
            Some(Err(_protocol)) => Err(End::Because(CloseCode::Protocol)),
            None => Err(End::Gone),
        }
    }

    async fn resume(&mut self, after: i64) -> Result<(), End> {
        // What waits in the channel is in the table already; what comes from now on is heard.
        self.subscription.skip_to_now();
        let missed = missed::after(&self.app, self.organization, after)
            .await
            .map_err(database)?;
        match self.feed.resumed(after, &missed) {
            Some(frames) => {
                self.app.hub.stands_at(self.organization, self.feed.stands_at());
                drop(missed);
                for frame in frames {
                    self.send(frame).await?;
                }
                Ok(())
            }
            None => self.say(&LiveMessage::Refetch).await,
        }
    }

    async fn hear(&mut self, heard: &Heard) -> Result<(), End> {
        match self.feed.heard(heard) {
            Next::Frame(frame) => self.send(frame).await,
            Next::Nothing => Ok(()),
            Next::Refetch => self.say(&LiveMessage::Refetch).await,
        }
    }

    async fn beat(&mut self, beats: u32) -> Result<(), End> {
        if beats.is_multiple_of(BEATS_PER_PING) {
            if self.unanswered >= MISSED_PONGS {
                return Err(End::Gone);
            }
            self.unanswered += 1;
            sent(timeout(SEND_TIMEOUT, self.session.ping(b"")).await)?;
        }
        if beats.is_multiple_of(BEATS_PER_CHECK) {
            self.check().await?;
        }
        Ok(())
    }

    /// The socket outlives the request that opened it: sign-out and lost permissions must end it too.
    async fn check(&mut self) -> Result<(), End> {
        match self.watched.check(&self.app).await {
            Ok(Check::Holds(class)) => match self.feed.reclass(class) {
                true => {
                    if !self.feed.watches_below() {
                        self.below = None;
                    }
                    self.follow_running().await?;
                    self.say(&LiveMessage::Refetch).await
                }
                false => Ok(()),
            },
            // The browser comes back into the organization in which it now works.
            Ok(Check::Moved) => Err(End::Because(CloseCode::Again)),
            Ok(Check::Ended) => {
                self.say(&LiveMessage::SignedOut).await?;
                Err(End::Because(CloseCode::Policy))
            }
            // Not to know is no reason to go on telling.
            Err(error) => Err(database(error)),
        }
    }

    async fn say(&mut self, message: &LiveMessage) -> Result<(), End> {
        match serde_json::to_string(message) {
            Ok(text) => self.send(text.into()).await,
            Err(error) => {
                tracing::error!(error = %error, "live socket: message does not serialise");
                Err(End::Because(CloseCode::Error))
            }
        }
    }

    async fn send(&mut self, frame: ByteString) -> Result<(), End> {
        sent(timeout(SEND_TIMEOUT, self.session.text(frame)).await)
    }
}

/// Waits for ever where nothing is watched.
async fn something(below: &mut Option<Watching>) {
    match below {
        Some(below) => below.next().await,
        None => std::future::pending().await,
    }
}

fn sent(outcome: Result<Result<(), actix_ws::Closed>, tokio::time::error::Elapsed>) -> Result<(), End> {
    match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Gone),
    }
}

/// The browser comes back after a while; it knows how to wait.
fn database(error: impl std::fmt::Display) -> End {
    tracing::warn!(error = %error, "live socket: database failed");
    End::Because(CloseCode::Again)
}

/// Beats that do not fall on the same moment for all who came back after a restart.
fn beats(every: Duration) -> Interval {
    let first = rand::rng().random_range(every / 2..every);
    interval_at(Instant::now() + first, every)
}
