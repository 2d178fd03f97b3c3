//! A few tags, so that the demo's calls can be sorted at once.

use super::Seeded;
use crate::app::App;
use db::schema::tags;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use shared::work::TagColour;
use uuid::Uuid;

const TAGS: [(&str, TagColour); 4] = [
    ("Complaint", TagColour::Red),
    ("Opportunity", TagColour::Green),
    ("Call back", TagColour::Orange),
    ("Good example", TagColour::Blue),
];

/// Once: tags that somebody made or removed since stay as they are.
///
/// # Errors
/// The database's.
pub async fn tag(app: &App, seeded: &Seeded) -> Result<(), db::Error> {
    for organization in [seeded.agency, seeded.customer, seeded.other_customer] {
        app.db
            .tenant::<_, db::Error, _>(organization, async move |conn| {
                let known: i64 = tags::table.count().get_result(conn).await?;
                if known > 0 {
                    return Ok(());
                }
                let rows: Vec<_> = TAGS
                    .into_iter()
                    .map(|(name, colour)| {
                        (
                            tags::id.eq(Uuid::now_v7()),
                            tags::organization_id.eq(organization.0),
                            tags::name.eq(name),
                            tags::colour.eq(colour.as_str()),
                        )
                    })
                    .collect();
                diesel::insert_into(tags::table)
                    .values(rows)
                    .on_conflict_do_nothing()
                    .execute(conn)
                    .await?;
                Ok(())
            })
            .await?;
    }
    Ok(())
}
