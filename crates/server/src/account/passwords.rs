//! Whether a password is somebody's.

use crate::app::App;
use crate::auth::password::{self, Verdict};
use crate::error::ApiResult;
use db::diesel::QueryDsl;
use db::diesel_async::RunQueryDsl;
use db::schema::users;
use shared::UserId;

/// # Errors
/// The database's.
pub async fn is_right(app: &App, user: UserId, password: String) -> ApiResult<bool> {
    let stored: String = {
        // Given back before the hashing, which takes long.
        let mut conn = app.db.connection().await?;
        users::table
            .find(user.0)
            .select(users::password_hash)
            .first(&mut conn)
            .await?
    };
    Ok(password::verify(Some(stored), password).await? != Verdict::Wrong)
}
