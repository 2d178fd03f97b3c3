//! `GET /api/calls/choices`: languages, reasons, criteria and collected values that calls have, to choose filters from.

use super::visibility::Visibility;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ApiError, ApiResult};
use actix_web::web;
use db::diesel::prelude::*;
use db::diesel::sql_types::Text;
use db::diesel_async::RunQueryDsl;
use shared::call_search::CallChoices;
use shared::permission::needs;

/// Most choices of each kind.
const MOST: usize = 200;

/// The marks (see `call_marks` of the migration) that stand for a choice. Who sees only his agents is offered what their latest
/// calls have; the others what any call has.
const OF_ALL: &str =
    "SELECT term FROM search_terms WHERE term >= '@' AND term < 'A' ORDER BY term LIMIT 2000";
const OF_HIS: &str = "
SELECT DISTINCT m.mark AS term FROM (SELECT * FROM calls ORDER BY started_at DESC LIMIT 500) c,
    unnest(call_marks(c, 'simple')) m (mark) WHERE m.mark >= '@' ORDER BY 1 LIMIT 2000";

#[derive(QueryableByName)]
struct Mark {
    #[diesel(sql_type = Text)]
    term: String,
}

pub async fn list(
    app: web::Data<App>,
    caller: Caller<needs::CallsList>,
) -> ApiResult<web::Json<CallChoices>> {
    let analysis = Visibility::of(&caller).analysis;
    let scope = caller.scope();
    let query = if scope.agents.is_some() { OF_HIS } else { OF_ALL };
    let marks: Vec<Mark> = app
        .db
        .tenant::<_, ApiError, _>(scope, async move |conn| {
            Ok(diesel::sql_query(query).load(conn).await?)
        })
        .await?;
    let mut choices = CallChoices::default();
    for Mark { term } in marks {
        if let Some(language) = term.strip_prefix("@l") {
            add(&mut choices.languages, language);
        } else if let Some(reason) = term.strip_prefix("@t") {
            add(&mut choices.terminations, reason);
        } else if let (true, Some(judged)) = (analysis, term.strip_prefix("@c")) {
            add(
                &mut choices.criteria,
                judged.rsplit_once('=').map_or(judged, |(name, _)| name),
            );
        } else if let (true, Some(name)) = (analysis, term.strip_prefix("@v")) {
            add(&mut choices.collected, name);
        }
    }
    Ok(web::Json(choices))
}

fn add(to: &mut Vec<String>, choice: &str) {
    if to.len() < MOST && to.last().is_none_or(|last| last != choice) {
        to.push(choice.to_owned());
    }
}
