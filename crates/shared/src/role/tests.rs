//! What the templates promise.

use super::*;

/// What every role can do at least.
const LOOKING: &[Permission] = &[P::DashboardView, P::AgentsList, P::CallsList, P::LiveView];

#[test]
fn each_kind_has_its_templates_and_owners_hold_all_that_is_possible() {
    for (kind, count) in [(Platform, 3), (Agency, 4), (Customer, 5)] {
        let roles: Vec<_> = RoleTemplate::of_kind(kind).collect();
        assert_eq!(roles.len(), count, "{kind:?}");
        let owner = roles.first().unwrap();
        assert!(owner.is_owner());
        assert_eq!(owner.permissions(), possible_in(kind));
        for role in &roles {
            assert!(role.permissions().is_subset(&possible_in(kind)), "{}", role.key);
            assert!(
                LOOKING.iter().all(|p| role.permissions().contains(*p)),
                "{}",
                role.key
            );
        }
    }
}

#[test]
fn support_hears_and_reads_nothing() {
    let support = RoleTemplate::find("platform_support").unwrap().permissions();
    for private in [
        P::CallsTranscript,
        P::CallsRecording,
        P::LiveTranscript,
        P::CallsNumbers,
        P::AgentsPrompt,
    ] {
        assert!(!support.contains(private), "{}", private.code());
    }
}
