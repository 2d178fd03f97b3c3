//! What is refused, and that nothing secret is printed.

use super::*;

fn fields<T>(result: Result<T, Vec<FieldError>>) -> Vec<String> {
    let errors = result.err().unwrap_or_default();
    errors.into_iter().map(|error| error.field).collect()
}

#[test]
fn every_wrong_field_of_an_agency_is_named() {
    let request = CreateAgencyInvitation {
        email: "nobody".into(),
        company: " ".into(),
        commission_basis_points: 10_001,
        opening_credits_minor: -1,
        currency: Some("euro".into()),
        message: "m".repeat(MESSAGE_MAX + 1),
    };
    assert_eq!(
        fields(request.validate()),
        [
            "email",
            "company",
            "commission_basis_points",
            "opening_credits_minor",
            "currency",
            "message"
        ]
    );
    let credits = CreateAgencyInvitation {
        email: "a@example.com".into(),
        company: "A".into(),
        opening_credits_minor: 1,
        ..Default::default()
    };
    assert_eq!(fields(credits.validate()), ["currency"]);
}

#[test]
fn who_founds_names_a_company_and_a_new_person_himself() {
    let empty = AcceptInvitation::default();
    let asked = |kind, account| fields(empty.validate(kind, account));
    assert_eq!(
        asked(InvitationKind::Member, InvitedAccount::New),
        ["name", "password"]
    );
    assert_eq!(
        asked(InvitationKind::Agency, InvitedAccount::Existing),
        ["company"]
    );
    assert!(asked(InvitationKind::Member, InvitedAccount::Existing).is_empty());
    let reserved = AcceptInvitation {
        company: "Acme".into(),
        slug: Some("admin".into()),
        ..Default::default()
    };
    assert_eq!(
        fields(reserved.validate(InvitationKind::Agency, InvitedAccount::Existing)),
        ["slug"]
    );
}

#[test]
fn secrets_are_not_printed() {
    let accept = AcceptInvitation {
        token: "hush-token".into(),
        password: "hush-password".into(),
        ..Default::default()
    };
    let token = LinkToken {
        token: "hush-token".into(),
    };
    assert!(!format!("{accept:?} {token:?}").contains("hush"));
}
