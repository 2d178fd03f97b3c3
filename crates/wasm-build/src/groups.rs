//! Which pieces of the splitter's output travel together.
//!
//! It makes a file for every set of lazy functions that share code: a hundred small ones for eight pages, of which the
//! first page alone would fetch fifty. Together they are half as large, since each carries its own types and shims and
//! compresses badly.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Names of lazy functions begin with the Rust name; a hash of the source position follows.
const APPLICATION: &str = "application";
const HOME: &str = "__dashboard_page_view";
/// The live connection (frontend/src/live/wire.rs), opened by whoever may watch.
const WIRE: &str = "live_wire";
/// Pages of people who are not signed in yet and come by a mailed link. They fetch nothing that they do not use.
const VISITOR: &str = "visitor";
/// Parts of the frame that few visits need (frontend/src/frame/later.rs): one file, fetched with the first of them.
const LATER: &str = "later";
/// Opened by those who build with it: the catalogue uses all components, which must not change what others fetch.
const FOR_DEVELOPMENT: [&str; 2] = ["__components_page_view", "__mailbox_page_view"];

/// Pages on which an organization is run. What only they share is of no use to who listens to calls.
const RUNNING_IT: [&str; 22] = [
    "account",
    "api_keys",
    "audit",
    "branding",
    "call_lists",
    "customers",
    "domains",
    "email",
    "exports",
    "failed_work",
    "integrations",
    "members",
    "numbers",
    "organization",
    "platform_settings",
    "privacy",
    "retention",
    "roles",
    "security",
    "sent_mail",
    "summaries",
    "why",
];

/// Pages about calls and who takes them.
const CALLS: [&str; 7] = [
    "agents",
    "call",
    "call_more",
    "calls",
    "calls_more",
    "live",
    "wall",
];
/// Parts of a page that it fetches later, each a file of its own.
const PARTS: [&str; 2] = ["call_more", "calls_more"];
/// Shared by more pages than these it is of use to most, by fewer to few.
const FEW: usize = 4;
/// Used by so many, the application among them, it is in a file that the sign-in page fetches while somebody fills in its form: as much as the
/// budget of that page allows (frontend/e2e/budget.test.mjs), and so much less to wait for after it.
const MANY: usize = 3;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Groups {
    /// File stem of each group, and the pieces that it is made of.
    pub(crate) files: BTreeMap<String, Vec<String>>,
    /// What each lazy function needs: stems of `files`.
    pub(crate) needs: BTreeMap<String, BTreeSet<String>>,
}

impl Groups {
    /// From the splitter's map of lazy function to pieces.
    pub(crate) fn of(pieces: &HashMap<String, Vec<String>>) -> Self {
        let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (function, pieces) in pieces {
            for piece in pieces {
                users.entry(piece).or_default().insert(function);
            }
        }
        let mut groups = Self {
            files: BTreeMap::new(),
            needs: pieces
                .keys()
                .map(|function| (function.clone(), BTreeSet::new()))
                .collect(),
        };
        for (piece, users) in users {
            let file = file_for(&users);
            for user in users {
                if let Some(needs) = groups.needs.get_mut(user) {
                    needs.insert(file.clone());
                }
            }
            groups.files.entry(file).or_default().push(piece.to_owned());
        }
        groups
    }

    /// The files of the application without any page.
    pub(crate) fn application(&self) -> impl Iterator<Item = &String> {
        self.needs
            .iter()
            .filter(|(function, _)| is(function, APPLICATION))
            .flat_map(|(_, files)| files)
    }

    /// What the sign-in page fetches while somebody fills in its form, as far as its budget goes: what others share with the
    /// application, and the live connection.
    pub(crate) fn before_sign_in(&self) -> impl Iterator<Item = &String> {
        let shared = self.application().filter(|file| *file != APPLICATION);
        shared.chain(self.files.keys().filter(|file| *file == WIRE))
    }
}

/// Whatever the application needs is there before any page is. What pages share is in four files, so that the first page
/// fetches none of what only others share, and pages about calls and those of the settings none of what only the others share.
fn file_for(users: &BTreeSet<&str>) -> String {
    let uses = |name| users.iter().any(|user| is(user, name));
    let is_later = |user: &&str| user.strip_prefix(LATER).is_some_and(|rest| rest.starts_with('_'));
    if uses(VISITOR) {
        // The application fetches none of what only visitors and settings share.
        return match users.len() {
            1 => VISITOR,
            _ if uses(APPLICATION) || uses(HOME) => "shared_start",
            _ => "shared_visitor",
        }
        .to_owned();
    }
    if uses(APPLICATION) {
        let file = if users.len() < MANY {
            APPLICATION
        } else {
            "shared_ahead"
        };
        return file.to_owned();
    }
    if uses(WIRE) && !uses(HOME) {
        return WIRE.to_owned();
    }
    let is_for_development = |user: &&&str| FOR_DEVELOPMENT.iter().any(|page| is(user, page));
    let pages: Vec<_> = users.iter().filter(|user| !is_for_development(user)).collect();
    match pages.as_slice() {
        [] => users.iter().next().map(|user| plain(user)).unwrap_or_default(),
        [page] if is_later(page) => LATER.to_owned(),
        [page] => plain(page),
        _ if uses(HOME) => "shared_home".to_owned(),
        // Before the pages, so that opening a menu fetches nothing of theirs.
        pages if pages.iter().any(|page| is_later(page)) => LATER.to_owned(),
        pages if all_among(pages, &RUNNING_IT) => "shared_settings".to_owned(),
        pages if all_among(pages, &CALLS) => "shared_calls".to_owned(),
        pages if pages.len() > FEW => "shared".to_owned(),
        _ => "shared_by_few".to_owned(),
    }
}

fn all_among(pages: &[&&str], area: &[&str]) -> bool {
    pages.iter().all(|page| area.contains(&plain(page).as_str()))
}

fn is(function: &str, name: &str) -> bool {
    function
        .strip_prefix(name)
        .is_some_and(|hash| hash.starts_with('_'))
}

/// `__calls_page_view_123` is the file `calls`.
fn plain(function: &str) -> String {
    let name = function.trim_start_matches('_');
    if let Some(part) = PARTS.iter().find(|part| is(name, part)) {
        return (*part).to_owned();
    }
    name.split("_page_view").next().unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups() -> Groups {
        let pieces = [
            ("application_1", vec!["chunk_1", "chunk_2", "split_application_1"]),
            ("__dashboard_page_view_2", vec!["chunk_1", "chunk_3", "split_d"]),
            (
                "__calls_page_view_3",
                vec!["chunk_2", "chunk_3", "chunk_4", "chunk_5", "split_c"],
            ),
            ("__live_page_view_4", vec!["chunk_4", "split_l"]),
            ("__components_page_view_5", vec!["chunk_5", "split_x"]),
        ];
        let own = |(name, pieces): (&str, Vec<&str>)| {
            (name.to_owned(), pieces.into_iter().map(str::to_owned).collect())
        };
        Groups::of(&pieces.into_iter().map(own).collect())
    }

    fn needs(groups: &Groups, function: &str) -> Vec<String> {
        groups.needs[function].iter().cloned().collect()
    }

    #[test]
    fn a_page_fetches_its_own_file_and_what_it_shares() {
        let groups = groups();
        assert_eq!(groups.application().collect::<Vec<_>>(), ["application"]);
        assert_eq!(groups.before_sign_in().count(), 0);
        assert_eq!(
            needs(&groups, "__dashboard_page_view_2"),
            ["application", "dashboard", "shared_home"]
        );
        assert_eq!(needs(&groups, "__live_page_view_4"), ["live", "shared_calls"]);
        assert_eq!(groups.files["dashboard"], ["split_d"]);
    }

    #[test]
    fn who_comes_by_a_mailed_link_fetches_no_more_than_he_uses() {
        let uses = |functions: &[&'static str]| file_for(&functions.iter().copied().collect());
        let (visitor, application) = ("visitor_1", "application_2");
        assert_eq!(uses(&[visitor]), "visitor");
        assert_eq!(uses(&[visitor, application]), "shared_start");
        assert_eq!(uses(&[visitor, "__members_page_view_3"]), "shared_visitor");
        assert_eq!(uses(&[visitor, "__dashboard_page_view_3"]), "shared_start");
        assert_eq!(uses(&[application, "__members_page_view_3"]), "application");
    }

    #[test]
    fn what_opens_later_is_one_file_of_its_own() {
        let uses = |pages: &[&'static str]| file_for(&pages.iter().copied().collect());
        let (menu, dialog, roles) = (
            "later_user_items_1",
            "later_enter_dialog_2",
            "__roles_page_view_3",
        );
        assert_eq!(uses(&[menu]), "later");
        assert_eq!(uses(&[menu, dialog]), "later");
        assert_eq!(uses(&[menu, roles]), "later");
        assert_eq!(uses(&[menu, "__dashboard_page_view_4"]), "shared_home");
        assert_eq!(uses(&[menu, "application_5"]), "application");
        assert_eq!(uses(&[menu, "application_5", roles]), "shared_ahead");
    }

    #[test]
    fn what_only_the_settings_share_is_a_file_of_its_own() {
        let uses = |pages: &[&'static str]| file_for(&pages.iter().copied().collect());
        let (audit, roles, live) = ("__audit_page_view_1", "__roles_page_view_2", "__live_page_view_3");
        assert_eq!(uses(&[audit, roles]), "shared_settings");
        assert_eq!(uses(&[audit, roles, live]), "shared_by_few");
        assert_eq!(uses(&[audit]), "audit");
        assert_eq!(uses(&["__call_page_view_4", live]), "shared_calls");
        let many = [
            "__account_page_view_5",
            "__members_page_view_6",
            "__domains_page_view_7",
            "__calls_page_view_8",
        ];
        assert_eq!(uses(&[&[audit, roles, live][..], &many].concat()), "shared");
    }

    #[test]
    fn what_the_application_shares_with_many_comes_before_the_sign_in() {
        let names: Vec<_> = (1..MANY).map(|n| format!("__page{n}_page_view_{n}")).collect();
        let mut users: BTreeSet<_> = names.iter().map(String::as_str).collect();
        assert_ne!(file_for(&users), "shared_ahead");
        users.insert("application_1");
        assert_eq!(file_for(&users), "shared_ahead");
        users.remove("__page1_page_view_1");
        assert_eq!(file_for(&users), "application");
    }

    #[test]
    fn the_live_connection_is_a_file_of_its_own() {
        let uses = |pages: &[&'static str]| file_for(&pages.iter().copied().collect());
        assert_eq!(uses(&["live_wire_1"]), "live_wire");
        let pieces = HashMap::from([("live_wire_1".to_owned(), vec!["split_w".to_owned()])]);
        assert_eq!(
            Groups::of(&pieces).before_sign_in().collect::<Vec<_>>(),
            ["live_wire"]
        );
        assert_eq!(uses(&["live_wire_1", "__live_page_view_2"]), "live_wire");
        assert_eq!(uses(&["live_wire_1", "__dashboard_page_view_2"]), "shared_home");
        assert_eq!(uses(&["live_wire_1", "application_2"]), "application");
    }

    #[test]
    fn parts_of_pages_are_files_of_their_own() {
        let uses = |pages: &[&'static str]| file_for(&pages.iter().copied().collect());
        assert_eq!(uses(&["call_more_1"]), "call_more");
        assert_eq!(uses(&["__call_page_view_2", "call_more_1"]), "shared_calls");
    }

    #[test]
    fn the_catalogue_of_components_changes_no_other_page() {
        let groups = groups();
        assert_eq!(groups.files["calls"], ["chunk_5", "split_c"]);
        assert_eq!(
            needs(&groups, "__components_page_view_5"),
            ["calls", "components"]
        );
    }

    #[test]
    fn no_piece_is_lost_or_stands_twice() {
        let groups = groups();
        let all: Vec<_> = groups.files.values().flatten().collect();
        let once: BTreeSet<_> = all.iter().collect();
        assert_eq!((all.len(), once.len()), (10, 10));
    }
}
