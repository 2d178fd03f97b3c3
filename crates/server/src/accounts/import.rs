//! Users of the original, brought over with their passwords.

use crate::accounts::{NewUser, create_user};
use crate::auth::password::{LEGACY_PREFIX, is_legacy_hash};
use db::{Db, Scope};
use shared::organization::{Organization, OrganizationKind};
use shared::{Email, OrganizationId};
use std::collections::HashMap;
use std::fmt;
use std::io::Read;

/// What is wrong with one line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Counts from 1, the header included.
    pub line: u64,
    pub reason: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// A line of the file, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub email: Email,
    pub name: String,
    pub role: &'static str,
    /// `hex(hash).salt`
    pub hash: String,
}

/// Reads `e-mail,name,role,hash`; a first line without an `@` is a header.
///
/// # Errors
/// Every bad line, so that the file is put right in one go.
pub fn read(file: impl Read, organization: &Organization) -> Result<Vec<Line>, Vec<BadLine>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(file);
    let (mut lines, mut bad) = (Vec::new(), Vec::new());
    let mut seen: HashMap<Email, u64> = HashMap::new();
    for (index, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(index as u64 + 1, csv::Position::line);
                bad.push(BadLine {
                    line,
                    reason: format!("can not be read: {error}"),
                });
                continue;
            }
        };
        let number = record.position().map_or(index as u64 + 1, csv::Position::line);
        if index == 0 && record.get(0).is_some_and(|cell| !cell.contains('@')) {
            continue;
        }
        match understand(&record, organization.kind) {
            Ok(line) => match seen.insert(line.email.clone(), number) {
                Some(first) => bad.push(BadLine {
                    line: number,
                    reason: format!("{} stands in line {first} already", line.email),
                }),
                None => lines.push(line),
            },
            Err(reason) => bad.push(BadLine { line: number, reason }),
        }
    }
    if bad.is_empty() { Ok(lines) } else { Err(bad) }
}

fn understand(record: &csv::StringRecord, kind: OrganizationKind) -> Result<Line, String> {
    let cells: Vec<&str> = record.iter().collect();
    let [email, name, role, hash] = cells.as_slice() else {
        return Err(format!(
            "has {} columns instead of four: e-mail, name, role, hash",
            cells.len()
        ));
    };
    let email = Email::parse(email).map_err(|_invalid| format!("{email:?} is no e-mail address"))?;
    let role = role_of(role, kind)?;
    if !is_legacy_hash(hash) {
        return Err("the hash is not 128 hex digits, a dot and 32 hex digits".to_owned());
    }
    Ok(Line {
        email,
        name: (*name).to_owned(),
        role,
        hash: (*hash).to_owned(),
    })
}

/// The original knew fewer roles; where it has no counterpart the organization's kind decides.
fn role_of(text: &str, kind: OrganizationKind) -> Result<&'static str, String> {
    let is_admin = match text.to_lowercase().as_str() {
        "owner" | "admin" | "super_admin" | "agency" | "manager" => true,
        "viewer" | "user" | "member" => false,
        other => {
            return Err(format!(
                "{other:?} is no role; write owner, admin, agency, manager, member, user or viewer"
            ));
        }
    };
    match (kind, is_admin) {
        (OrganizationKind::Platform, true) => Ok("platform_owner"),
        (OrganizationKind::Agency, true) => Ok("agency_admin"),
        (OrganizationKind::Customer, true) => Ok("customer_admin"),
        (OrganizationKind::Customer, false) => Ok("customer_viewer"),
        (OrganizationKind::Platform | OrganizationKind::Agency, false) => Err(format!(
            "{text:?} has no counterpart in a platform or an agency; import it into a customer"
        )),
    }
}

/// How many were added; the others were there before and kept password and name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: usize,
    pub known: usize,
}

/// Stores all of them or, on any failure, none.
///
/// # Errors
/// The database's.
pub async fn store(db: &Db, organization: OrganizationId, lines: Vec<Line>) -> Result<Imported, db::Error> {
    db.tenant(Scope::organization(organization), async move |conn| {
        let mut imported = Imported::default();
        for line in lines {
            let new = NewUser {
                email: line.email,
                name: line.name,
                password_hash: format!("{LEGACY_PREFIX}{}", line.hash),
                organization,
                role: line.role,
            };
            let (_, is_new) = create_user(conn, new).await?;
            *(if is_new {
                &mut imported.added
            } else {
                &mut imported.known
            }) += 1;
        }
        Ok(imported)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer() -> Organization {
        Organization {
            id: OrganizationId(uuid::Uuid::nil()),
            name: "C".into(),
            slug: "c".into(),
            kind: OrganizationKind::Customer,
            timezone: "UTC".into(),
            status: Default::default(),
        }
    }

    fn hash() -> String {
        format!("{}.{}", "ab".repeat(64), "cd".repeat(16))
    }

    #[test]
    fn every_bad_line_is_reported_with_its_number() {
        let good = hash();
        let file = format!(
            "email,name,role,hash\nada@example.com,Ada,admin,{good}\nnobody,N,user,{good}\nbob@example.com,Bob,king,{good}\n\
             carl@example.com,Carl,user,{good}x\nADA@example.com,Ada,admin,{good}\nshort@example.com\n"
        );
        let bad = read(file.as_bytes(), &customer()).unwrap_err();
        assert_eq!(bad.iter().map(|b| b.line).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
        assert!(bad[3].reason.contains("line 2"), "{}", bad[3]);
    }

    #[test]
    fn roles_of_the_original_find_their_counterpart() {
        let file = format!(
            "ada@example.com,\"Ada, L.\",owner,{h}\nbob@example.com,,user,{h}\n",
            h = hash()
        );
        let lines = read(file.as_bytes(), &customer()).unwrap();
        assert_eq!(
            lines
                .iter()
                .map(|l| (l.name.as_str(), l.role))
                .collect::<Vec<_>>(),
            [("Ada, L.", "customer_admin"), ("", "customer_viewer")]
        );
        let agency = Organization {
            kind: OrganizationKind::Agency,
            ..customer()
        };
        assert!(read(file.as_bytes(), &agency).is_err());
    }
}
