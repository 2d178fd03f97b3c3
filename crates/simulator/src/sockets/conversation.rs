//! placeholder replaced below
use actix_web::HttpResponse;
pub async fn open() -> HttpResponse {
    HttpResponse::NotImplemented().finish()
}
