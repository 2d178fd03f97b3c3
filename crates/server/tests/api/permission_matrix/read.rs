//! Routes and what they need, read from routes.rs and the handlers' signatures.

use reqwest::Method;
use shared::Permission;
use std::path::PathBuf;

/// What a handler's type says of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `Caller<needs::…>`.
    Needs(Permission),
    /// `SignedIn`.
    SignedIn,
    Open,
}

#[derive(Clone, Debug)]
pub struct Route {
    pub method: Method,
    /// With its scopes and placeholders.
    pub path: String,
    pub access: Access,
}

impl Route {
    /// Such as `GET /api/calls/{id}`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Its path with one id in every place.
    pub fn path_with(&self, id: &str) -> String {
        let parts = self
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { id } else { part });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// Every route, in the order of routes.rs.
pub fn routes() -> Vec<Route> {
    let text = include_str!("../../../src/routes.rs");
    let mut found = Vec::new();
    // Scopes around this place, each with the depth of brackets at which it was opened.
    let mut scopes: Vec<(usize, &str)> = Vec::new();
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                scopes.retain(|(opened, _)| *opened <= depth);
            }
            _ => {}
        }
        let rest = &text[at..];
        if rest.starts_with("web::scope(") {
            scopes.push((depth, literal(rest)));
        } else if rest.starts_with(".route(") {
            let prefix: String = scopes.iter().map(|(_, part)| *part).collect();
            found.push(route(&prefix, rest));
        }
    }
    found
}

/// The first text in quotes.
fn literal(text: &str) -> &str {
    text.split('"').nth(1).unwrap()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("{start}")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("{end}")).0
}

fn route(prefix: &str, text: &str) -> Route {
    let path = format!("{prefix}{}", literal(text));
    let after = text.split_once("web::").unwrap().1;
    let method = after.split_once('(').unwrap().0.to_uppercase();
    Route {
        method: method.parse().unwrap(),
        path,
        access: access(between(after, ".to(", ")")),
    }
}

/// Of a handler such as `calls::list::list`.
fn access(handler: &str) -> Access {
    let (module, function) = handler.rsplit_once("::").unwrap();
    let source = std::fs::read_to_string(file(module)).unwrap();
    let signature = between(&source, &format!("pub async fn {function}("), "{");
    // `Caller<needs::…>`, or `Confirmed<needs::…>` where it is asked again whether it is he.
    if signature.contains("<needs::") {
        let name = between(signature, "<needs::", ">");
        let permission = Permission::ALL
            .iter()
            .find(|permission| permission.name() == name);
        return Access::Needs(*permission.unwrap_or_else(|| panic!("{name}")));
    }
    if signature.contains("SignedIn") || signature.contains("ConfirmedUser") {
        Access::SignedIn
    } else {
        Access::Open
    }
}

fn file(module: &str) -> PathBuf {
    let sources = test_tools::package().join("src");
    let path = module.replace("::", "/");
    let alone = sources.join(format!("{path}.rs"));
    if alone.exists() {
        alone
    } else {
        sources.join(path).join("mod.rs")
    }
}

#[test]
fn scopes_and_placeholders_are_read() {
    let names: Vec<_> = routes().iter().map(Route::name).collect();
    for wanted in [
        "GET /health",
        "POST /api/auth/login",
        "GET /api/calls/{id}/recording",
        "PATCH /api/members/{user}",
        "POST /api/webhooks/elevenlabs/{connection}",
    ] {
        assert!(names.iter().any(|name| name == wanted), "{wanted} in {names:?}");
    }
}
