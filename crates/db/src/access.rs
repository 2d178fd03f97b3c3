//! Permission codes and role templates, brought from the code into the tables that the delegation ceiling reads.

use diesel::sql_types::{Array, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::role::TEMPLATES;
use shared::{Feature, Permission};

/// Channel of `pg_notify` on which a change of somebody's rights is told to every server.
pub const CHANNEL: &str = "access";

/// Writes what this build knows. Codes of a newer build stay: it may run beside this one.
pub(crate) async fn describe(conn: &mut AsyncPgConnection) -> Result<(), diesel::result::Error> {
    let features: Vec<String> = Permission::ALL
        .iter()
        .map(|permission| {
            let codes: Vec<_> = permission.features().map(Feature::code).collect();
            codes.join(",")
        })
        .collect();
    diesel::sql_query(
        "INSERT INTO permission_codes (code, features)
         SELECT code, string_to_array(features, ',') FROM unnest($1, $2) AS p (code, features)
         ON CONFLICT (code) DO UPDATE SET features = excluded.features
         WHERE permission_codes.features IS DISTINCT FROM excluded.features",
    )
    .bind::<Array<Text>, _>(Permission::ALL.iter().map(|p| p.code()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(features)
    .execute(conn)
    .await?;
    for template in TEMPLATES {
        let codes: Vec<_> = template.permissions().iter().map(Permission::code).collect();
        diesel::sql_query(
            "INSERT INTO role_templates (key, kind, label, permissions) VALUES ($1, $2, $3, $4)
             ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, label = excluded.label, permissions = excluded.permissions
             WHERE (role_templates.kind, role_templates.label, role_templates.permissions)
                   IS DISTINCT FROM (excluded.kind, excluded.label, excluded.permissions)",
        )
        .bind::<Text, _>(template.key)
        .bind::<Text, _>(template.kind.as_str())
        .bind::<Text, _>(template.label)
        .bind::<Array<Text>, _>(codes)
        .execute(conn)
        .await?;
    }
    Ok(())
}
