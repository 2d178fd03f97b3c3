//! The stand-in's own endpoints below `/_control`: what tests steer it with. They take no key.

pub mod faults;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calls::plan::{Outcome, Wishes};
use crate::calls::{Profile, history};
use crate::http::error::{ApiError, FieldError};
use crate::live::engine::{self, Pace};
use crate::rng::{Rng, hash, mix};
use crate::sync::{read, write};
use crate::world::keys::MAIN;
use crate::world::workspace::Workspace;
use crate::world::{World, now_secs};

/// `GET /_control/workspaces`: the first key listed for a workspace may do everything.
pub async fn workspaces(world: web::Data<World>) -> HttpResponse {
    let describe = |workspace: &Arc<Workspace>| {
        let keys: Vec<Value> = world
            .keys
            .iter()
            .filter(|key| key.workspace == workspace.name)
            .map(|key| json!({"api_key": key.secret, "label": key.label, "permissions": key.permissions}))
            .collect();
        let base = if workspace.residency.is_some() {
            world.residency_base_url.get()
        } else {
            world.base_url.get()
        };
        json!({
            "name": workspace.name, "title": workspace.title, "workspace_id": workspace.id, "residency": workspace.residency,
            "base_url": base, "api_key": keys.first().and_then(|key| key.get("api_key")), "keys": keys,
            "agents": read(&workspace.agents).len(), "conversations": read(&workspace.calls).len(), "live": read(&workspace.live).len(),
        })
    };
    HttpResponse::Ok().json(json!({"workspaces": world.workspaces.iter().map(describe).collect::<Vec<_>>()}))
}

/// Body of `POST /_control/calls`; everything may be left out.
#[derive(Debug, Default, Deserialize)]
pub struct StartCall {
    workspace: Option<String>,
    agent_id: Option<String>,
    /// Ends after so many turns.
    turns: Option<usize>,
    /// Milliseconds between turns, in place of the time that the words take.
    turn_interval_ms: Option<u64>,
    language: Option<String>,
    outcome: Option<String>,
    /// It claims to have begun so many seconds ago.
    ago_secs: Option<i64>,
}

/// `POST /_control/calls`: starts one live call at once.
pub async fn start_call(world: web::Data<World>, bytes: web::Bytes) -> Result<HttpResponse, ApiError> {
    let wish: StartCall = parse(&bytes)?;
    let workspace = find(&world, wish.workspace.as_deref())?;
    let outcome = match wish.outcome.as_deref() {
        None => None,
        Some(word) => Some(
            Outcome::parse(word)
                .ok_or_else(|| FieldError::new(&["body", "outcome"], "Unknown outcome", "enum"))?,
        ),
    };
    let wishes = Wishes {
        language: wish.language,
        outcome: outcome.or(Some(Outcome::Success)),
        turns: wish.turns,
    };
    let profile = match &wish.agent_id {
        Some(id) => {
            let agent = workspace.agent(id).ok_or_else(|| ApiError::agent_not_found(id))?;
            workspace
                .admits(&agent)
                .map_err(|reached| ApiError::bad_request("call_limit_reached", reached))?;
            agent.profile()
        }
        None => draw(&world, &workspace, wishes.language.as_deref())?,
    };
    let pace = wish.turn_interval_ms.map_or(Pace::Natural, Pace::Every);
    let call = engine::start(
        &world.into_inner(),
        &workspace,
        profile,
        &wishes,
        pace,
        wish.ago_secs.unwrap_or(0),
    );
    Ok(HttpResponse::Ok().json(
        json!({"conversation_id": call.id, "agent_id": call.profile.agent_id, "turns": call.turn_count()}),
    ))
}

/// Any agent that speaks and can be monitored, of the wanted language where there is one.
fn draw(world: &World, workspace: &Workspace, language: Option<&str>) -> Result<Arc<Profile>, ApiError> {
    let mut profiles = workspace.profiles();
    profiles.retain(|profile| profile.monitoring_enabled && !profile.text_only);
    if let Some(language) =
        language.filter(|language| profiles.iter().any(|profile| profile.language == *language))
    {
        profiles.retain(|profile| profile.language == language);
    }
    let mut rng = Rng::new(mix(&[world.options.seed, 50, world.next_number()]));
    rng.pick(&profiles)
        .cloned()
        .ok_or_else(|| ApiError::agent_not_found("any"))
}

#[derive(Debug, Deserialize)]
struct Live {
    count: usize,
}

/// `POST /_control/live {count}`: how many calls the generator keeps running.
pub async fn live(world: web::Data<World>, bytes: web::Bytes) -> Result<HttpResponse, ApiError> {
    let wish: Live = parse(&bytes)?;
    world.live_target.store(wish.count, Ordering::Release);
    Ok(HttpResponse::Ok().json(json!({"count": wish.count})))
}

#[derive(Debug, Deserialize)]
struct Bulk {
    workspace: Option<String>,
    count: usize,
}

/// `POST /_control/bulk {workspace?, count}`: many more past calls.
pub async fn bulk(world: web::Data<World>, bytes: web::Bytes) -> Result<HttpResponse, ApiError> {
    let wish: Bulk = parse(&bytes)?;
    let workspace = find(&world, wish.workspace.as_deref())?;
    let batch = workspace.bulk_batches.fetch_add(1, Ordering::AcqRel);
    let seed = mix(&[world.options.seed, hash(workspace.name)]);
    let now = world.options.now.unwrap_or_else(now_secs);
    let (world, profiles) = (world.into_inner(), workspace.profiles());
    // Off the worker: ten thousand calls take a while, and other requests go on meanwhile.
    let make = move || history::bulk(seed, batch, wish.count, now, &profiles, &world.catalogue);
    let calls = tokio::task::spawn_blocking(make).await.unwrap_or_default();
    let added = calls.len();
    let mut book = write(&workspace.calls);
    calls.into_iter().for_each(|call| book.insert(call));
    Ok(HttpResponse::Ok().json(json!({"added": added, "conversations": book.len()})))
}

/// `POST /_control/reset`: back to the seed.
pub async fn reset(world: web::Data<World>) -> HttpResponse {
    world.reset();
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

fn find(world: &World, name: Option<&str>) -> Result<Arc<Workspace>, ApiError> {
    let name = name.unwrap_or(MAIN);
    world
        .workspace(name)
        .cloned()
        .ok_or_else(|| ApiError::not_found("workspace_not_found", format!("There is no workspace {name}.")))
}

/// Parses a control body; an empty one counts as `{}`.
pub(crate) fn parse<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, ApiError> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes)
        .map_err(|error| FieldError::new(&["body"], &error.to_string(), "value_error").into())
}
