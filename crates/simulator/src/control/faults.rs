//! `/_control/faults`

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::parse;
use crate::faults::Fault;
use crate::http::error::ApiError;
use crate::world::World;

/// `GET`: the faults that are on.
pub async fn list(world: web::Data<World>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"faults": world.faults.list()}))
}

/// `POST`: switches one on, answers it with its id.
pub async fn add(world: web::Data<World>, bytes: web::Bytes) -> Result<HttpResponse, ApiError> {
    let fault: Fault = parse(&bytes)?;
    Ok(HttpResponse::Ok().json(world.faults.add(fault)))
}

/// `DELETE`: all off.
pub async fn clear(world: web::Data<World>) -> HttpResponse {
    world.faults.clear();
    HttpResponse::Ok().json(json!({"faults": []}))
}

/// `DELETE /_control/faults/{id}`: one off.
pub async fn remove(world: web::Data<World>, id: web::Path<u64>) -> Result<HttpResponse, ApiError> {
    if world.faults.remove(*id) {
        Ok(HttpResponse::Ok().json(json!({"faults": world.faults.list()})))
    } else {
        Err(ApiError::not_found(
            "fault_not_found",
            format!("There is no fault {id}."),
        ))
    }
}
