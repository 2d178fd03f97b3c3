//! Who may start a conversation: anybody with a public agent, otherwise a signed URL or a key.

use std::sync::Arc;

use actix_web::{HttpRequest, web};

use crate::http::auth::{Caller, Stack};
use crate::http::query::Query;
use crate::http::signed_url::LIFETIME_SECS;
use crate::sync::write;
use crate::world::agent::Agent;
use crate::world::workspace::Workspace;
use crate::world::{World, now_secs};

/// What the entrance found out.
pub struct Entry {
    pub workspace: Arc<Workspace>,
    pub agent: Agent,
    /// Fixed beforehand by a signed URL that was asked for one.
    pub conversation_id: Option<String>,
}

/// Why it stays shut, as the close frame says it.
pub type Refusal = &'static str;

/// Checks agent, stack and authorization.
pub fn enter(request: &HttpRequest, world: &World) -> Result<Entry, Refusal> {
    let query = Query::parse(request.query_string());
    let agent_id = query.text("agent_id").ok_or("Missing agent_id")?;
    let residency = request
        .app_data::<web::Data<Stack>>()
        .is_some_and(|stack| *stack.get_ref() == Stack::Residency);
    let found = world
        .workspaces
        .iter()
        .filter(|workspace| workspace.residency.is_some() == residency);
    let (workspace, agent) = found
        .filter_map(|workspace| Some((Arc::clone(workspace), workspace.agent(&agent_id)?)))
        .next()
        .ok_or("The AI agent you are trying to reach does not exist.")?;
    workspace.admits(&agent)?;
    if let Some(token) = query.text("conversation_signature") {
        let conversation_id = redeem(world, &token, &agent_id)?;
        return Ok(Entry {
            workspace,
            agent,
            conversation_id,
        });
    }
    let private = agent
        .config
        .pointer("/platform_settings/auth/enable_auth")
        .and_then(serde_json::Value::as_bool)
        == Some(true);
    let with_key = Caller::recognise(request).is_ok_and(|caller| caller.workspace.name == workspace.name);
    if private && !with_key {
        return Err("Could not authorize the conversation: this agent needs a signed URL.");
    }
    Ok(Entry {
        workspace,
        agent,
        conversation_id: None,
    })
}

fn redeem(world: &World, token: &str, agent_id: &str) -> Result<Option<String>, Refusal> {
    let mut signed = write(&world.signed);
    let index = signed
        .iter()
        .position(|known| known.token == token && known.agent_id == agent_id);
    let index = index.ok_or("The conversation signature is invalid.")?;
    let known = signed
        .get(index)
        .cloned()
        .ok_or("The conversation signature is invalid.")?;
    if now_secs() - known.made > LIFETIME_SECS {
        return Err("The conversation signature has expired.");
    }
    if known.conversation_id.is_some() {
        signed.remove(index);
    }
    Ok(known.conversation_id)
}
