//! What commands promise.

use super::*;

fn dialled(number: &str) -> Option<String> {
    let transfer = TransferCall {
        key: Uuid::nil(),
        number: number.into(),
    };
    transfer.number().ok()
}

#[test]
fn a_number_is_taken_in_e164_however_it_is_grouped() {
    assert_eq!(dialled("+49 (30) 123-456/7").as_deref(), Some("+49301234567"));
    assert_eq!(dialled(" +1.415.555.0100 ").as_deref(), Some("+14155550100"));
    for wrong in [
        "",
        "030 1234567",
        "+0301234567",
        "+12345",
        "+1234567890123456",
        "+49 30 12x4567",
        "112",
        "+4930+123456",
    ] {
        assert_eq!(dialled(wrong), None, "{wrong}");
    }
}

#[test]
fn words_are_wanted_where_something_is_said_and_only_there() {
    let takeover = |action, text: Option<&str>| Takeover {
        key: Uuid::nil(),
        action,
        text: text.map(str::to_owned),
    };
    assert_eq!(
        takeover(TakeoverAction::Start, Some("ignored"))
            .command()
            .unwrap(),
        (CommandKind::TakeOver, None)
    );
    assert_eq!(
        takeover(TakeoverAction::Say, Some(" Hello\0 "))
            .command()
            .unwrap()
            .1,
        Some("Hello".into())
    );
    assert!(takeover(TakeoverAction::Say, Some("  ")).command().is_err());
    assert!(
        takeover(TakeoverAction::Say, Some(&"x".repeat(LONGEST_TEXT + 1)))
            .command()
            .is_err()
    );
}

#[test]
fn kinds_and_states_are_read_as_they_are_stored() {
    for kind in CommandKind::ALL {
        assert_eq!(CommandKind::parse(kind.as_str()), Some(kind));
        assert_eq!(
            serde_json::to_value(kind).unwrap(),
            serde_json::json!(kind.as_str())
        );
    }
    assert_eq!(
        CommandState::parse("unconfirmed"),
        Some(CommandState::Unconfirmed)
    );
}
