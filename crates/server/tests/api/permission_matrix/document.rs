//! docs/permissions.md.

use super::read::{Access, Route};
use shared::Permission;
use shared::role::{RoleTemplate, TEMPLATES};

const HEAD: &str = "# Permissions

Written from the sources by a test; not edited by hand. After a change of routes, permissions or role templates:

```sh
UPDATE_PERMISSIONS=1 cargo nextest run --workspace -E 'test(the_document_is_what_the_sources_say)'
```

Pl, Ag and Cu are templates of platform, agency and customer. A member's permissions are those of his role and his grants,
less his denials, as far as his organization and every one above it was given them and has the features on.
";

fn heading(template: &RoleTemplate) -> String {
    let kind: String = template.kind.as_str().chars().take(2).collect();
    let mut letters = kind.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    format!(
        "{}{} {}",
        first.unwrap(),
        letters.as_str(),
        template.label.to_lowercase()
    )
}

fn table(first: &str, rows: impl Iterator<Item = (String, Permission)>) -> String {
    let columns: Vec<_> = TEMPLATES.iter().map(heading).collect();
    let mut text = format!("| {first} | Permission | {} |\n|---|---|", columns.join(" | "));
    text += &"---|".repeat(columns.len());
    text.push('\n');
    for (name, permission) in rows {
        let marks = TEMPLATES.iter().map(|template| {
            if template.permissions().contains(permission) {
                "✓"
            } else {
                ""
            }
        });
        let marks: Vec<_> = marks.collect();
        text += &format!("| {name} | `{}` | {} |\n", permission.code(), marks.join(" | "));
    }
    text
}

pub fn write(routes: &[Route], reason: impl Fn(&Route) -> Option<&'static str>) -> String {
    let mut text = HEAD.to_owned();
    text += "\n## Routes\n\n";
    text += &table(
        "Route",
        routes.iter().filter_map(|route| match route.access {
            Access::Needs(permission) => Some((format!("`{}`", route.name()), permission)),
            Access::SignedIn | Access::Open => None,
        }),
    );
    text += "\n## Routes without a permission\n\n| Route | Why |\n|---|---|\n";
    for route in routes {
        if let Some(reason) = reason(route) {
            text += &format!("| `{}` | {reason} |\n", route.name());
        }
    }
    text += "\n## All permissions\n\nAlso those that open a field and not a route, such as the cost of a call.\n\n";
    text += &table(
        "What",
        Permission::ALL
            .iter()
            .map(|permission| (permission.label().to_owned(), *permission)),
    );
    text
}
