//! What holds for an organization: its own settings, those above it, the feature.

use db::Conn;
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use shared::summary::{LANGUAGE_OF_CALL, SummaryRules};
use shared::{Feature, OrganizationId};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Bool>)]
    automatic: Option<bool>,
    #[diesel(sql_type = Nullable<Text>)]
    prompt: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    language: Option<String>,
}

/// What holds for the transaction's organization; with `above`, what would without its own settings.
///
/// # Errors
/// The database's own.
pub async fn in_effect(conn: &mut Conn, above: bool) -> Result<SummaryRules, diesel::result::Error> {
    let row: Row = diesel::sql_query("SELECT * FROM summary_settings_in_effect($1)")
        .bind::<Bool, _>(above)
        .get_result(conn)
        .await?;
    Ok(SummaryRules {
        automatic: row.automatic.unwrap_or(true),
        prompt: row.prompt,
        language: row.language.unwrap_or_else(|| LANGUAGE_OF_CALL.to_owned()),
    })
}

/// Whether transcripts of an organization may be sent out: nobody above, nor it itself, has switched that off.
///
/// # Errors
/// The database's own.
pub async fn may_send(conn: &mut Conn, organization: OrganizationId) -> Result<bool, diesel::result::Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        on: bool,
    }
    let row: Row = diesel::sql_query("SELECT has_feature($1, $2) AS \"on\"")
        .bind::<SqlUuid, _>(organization.0)
        .bind::<Text, _>(Feature::Summaries.code())
        .get_result(conn)
        .await?;
    Ok(row.on)
}
