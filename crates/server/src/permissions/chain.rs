//! The rules about one permission of one member, in words.

use crate::error::{ApiError, ApiResult};
use db::Conn;
use db::diesel::sql_types::{Array, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use db::diesel::{self, OptionalExtension, QueryableByName};
use db::diesel_async::RunQueryDsl;
use shared::explain::{Explanation, Rule, RuleKind, Says};
use shared::{Feature, OrganizationId, Permission, UserId};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Membership {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Text)]
    user_name: String,
    #[diesel(sql_type = Bool)]
    disabled: bool,
    #[diesel(sql_type = Text)]
    role_label: String,
    /// Of an own role.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    role_organization: Option<Uuid>,
    #[diesel(sql_type = Bool)]
    from_role: bool,
    #[diesel(sql_type = Bool)]
    granted: bool,
    #[diesel(sql_type = Bool)]
    denied: bool,
}

#[derive(QueryableByName)]
struct Ceiling {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    depth: i32,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Bool)]
    allowed: bool,
    #[diesel(sql_type = Array<Text>)]
    features_off: Vec<String>,
}

/// The membership that counts: the member's own here or, for a visitor, the one that `standing` found above.
const MEMBERSHIP: &str = "
SELECT m.organization_id, u.name AS user_name, u.disabled_at IS NOT NULL AS disabled,
       coalesce(r.name, t.label, m.role) AS role_label,
       r.organization_id AS role_organization,
       $3 = ANY (role_permissions(m.role, m.role_id)) AS from_role,
       $3 = ANY (m.grants) AS granted, $3 = ANY (m.denials) AS denied
FROM memberships m
JOIN users u ON u.id = m.user_id
LEFT JOIN roles r ON r.id = m.role_id
LEFT JOIN role_templates t ON t.key = m.role
WHERE m.user_id = $1
  AND m.organization_id = CASE WHEN $4 THEN (SELECT s.membership_organization_id FROM standing($1, $2) s) ELSE $2 END";

/// # Errors
/// `NotFound` for somebody without a membership, or the database's.
pub async fn explain(
    conn: &mut Conn,
    organization: OrganizationId,
    user: UserId,
    permission: Permission,
    visits: bool,
) -> ApiResult<Explanation> {
    let membership: Membership = diesel::sql_query(MEMBERSHIP)
        .bind::<SqlUuid, _>(user.0)
        .bind::<SqlUuid, _>(organization.0)
        .bind::<Text, _>(permission.code())
        .bind::<Bool, _>(visits)
        .get_result(conn)
        .await
        .optional()?
        .ok_or_else(ApiError::not_found)?;
    let above: Vec<Ceiling> = diesel::sql_query("SELECT * FROM permission_ceiling($1, $2)")
        .bind::<SqlUuid, _>(membership.organization_id)
        .bind::<Text, _>(permission.code())
        .load(conn)
        .await?;
    // Features of the visited organization bind its visitors too.
    let visited: Vec<Ceiling> = match visits {
        true => {
            diesel::sql_query("SELECT * FROM permission_ceiling($1, $2) WHERE organization_id <> ALL ($3)")
                .bind::<SqlUuid, _>(organization.0)
                .bind::<Text, _>(permission.code())
                .bind::<Array<SqlUuid>, _>(
                    above
                        .iter()
                        .map(|level| level.organization_id)
                        .collect::<Vec<_>>(),
                )
                .load(conn)
                .await?
        }
        false => Vec::new(),
    };
    let home = above.last().map(|own| own.name.clone()).unwrap_or_default();
    let mut rules = vec![account(&membership, &home)];
    // Whoever visits from above works on in a suspended organization: he is the one who can put it right.
    if !visits {
        rules.extend(above.iter().map(status));
    }
    rules.extend(above.iter().flat_map(|level| ceiling(level, permission)));
    rules.extend(visited.iter().flat_map(|level| features(level, permission)));
    let role_home = above
        .iter()
        .find(|level| Some(level.organization_id) == membership.role_organization)
        .map_or(home.as_str(), |level| &level.name);
    rules.extend(given(&membership, role_home, &home));
    Ok(Explanation {
        user,
        name: membership.user_name,
        permission,
        allowed: Explanation::verdict(&rules),
        rules,
    })
}

fn rule(kind: RuleKind, says: Says, text: impl Into<String>, set_in: &str) -> Rule {
    Rule {
        kind,
        says,
        text: text.into(),
        set_in: set_in.to_owned(),
    }
}

fn account(membership: &Membership, home: &str) -> Rule {
    if membership.disabled {
        let text = "The account is disabled: it can not sign in.";
        return rule(RuleKind::Account, Says::Denies, text, home);
    }
    rule(RuleKind::Account, Says::Nothing, "The account can sign in.", home)
}

fn status(level: &Ceiling) -> Rule {
    match level.status.as_str() {
        "active" => rule(
            RuleKind::Status,
            Says::Nothing,
            "The organization is active.",
            &level.name,
        ),
        status if level.depth == 0 => {
            let text = format!("The organization is {status}: its members can do nothing.");
            rule(RuleKind::Status, Says::Denies, text, &level.name)
        }
        status => {
            let text = format!("{} is {status}, and so is everything below it.", level.name);
            rule(RuleKind::Status, Says::Denies, text, &level.name)
        }
    }
}

fn ceiling(level: &Ceiling, permission: Permission) -> Vec<Rule> {
    let (says, text) = if level.allowed {
        (
            Says::Nothing,
            format!("{} was given this permission.", level.name),
        )
    } else {
        (
            Says::Denies,
            format!(
                "{} was not given this permission by whoever stands above it.",
                level.name
            ),
        )
    };
    let mut rules = vec![rule(RuleKind::Ceiling, says, text, &level.name)];
    rules.extend(features(level, permission));
    rules
}

fn features(level: &Ceiling, permission: Permission) -> Vec<Rule> {
    let mut rules = Vec::new();
    if permission.features().next().is_some() && level.features_off.is_empty() {
        let text = "The features that it needs are on.";
        rules.push(rule(RuleKind::Feature, Says::Nothing, text, &level.name));
    }
    rules.extend(level.features_off.iter().map(|code| {
        let label = match Feature::from_code(code) {
            Some(feature) => feature.label(),
            None => code,
        };
        let text = format!("The feature “{label}” is switched off.");
        rule(RuleKind::Feature, Says::Denies, text, &level.name)
    }));
    rules
}

fn given(membership: &Membership, role_home: &str, home: &str) -> [Rule; 3] {
    let label = &membership.role_label;
    let role = if membership.from_role {
        (Says::Gives, format!("The role “{label}” includes it."))
    } else {
        (Says::Nothing, format!("The role “{label}” does not include it."))
    };
    let grant = if membership.granted {
        (Says::Gives, "It is granted to this member beside the role.")
    } else {
        (Says::Nothing, "It is not granted to this member beside the role.")
    };
    let denial = if membership.denied {
        (Says::Denies, "It is denied to this member in spite of the role.")
    } else {
        (Says::Nothing, "It is not denied to this member.")
    };
    [
        rule(RuleKind::Role, role.0, role.1, role_home),
        rule(RuleKind::Grant, grant.0, grant.1, home),
        rule(RuleKind::Denial, denial.0, denial.1, home),
    ]
}
