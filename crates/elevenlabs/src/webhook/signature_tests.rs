use proptest::prelude::*;

use super::*;

const NOW: i64 = 1_800_000_000;
const TOLERANCE: Duration = Duration::from_secs(1800);

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn check(secret: &str, header: &str, body: &[u8]) -> Result<DateTime<Utc>, SignatureError> {
    verify(&SecretString::from(secret), header, body, at(NOW), TOLERANCE)
}

#[test]
fn a_known_signature_is_reproduced() {
    // printf '1800000000.{"a":1}' | openssl dgst -sha256 -hmac whsec
    let header = sign(&SecretString::from("whsec"), br#"{"a":1}"#, at(NOW));
    assert_eq!(
        header,
        "t=1800000000,v0=adf19a16865985b0891b0e7e4f6770e17d6bdd6462d897848f5adb661c4381bb"
    );
}

#[test]
fn spaces_and_further_versions_are_accepted() {
    let header = sign(&SecretString::from("s"), b"body", at(NOW))
        .replace(',', " , ")
        .replace("v0=", "v0= ");
    assert_eq!(check("s", &format!(" {header} , v1=new"), b"body"), Ok(at(NOW)));
    let (t, v0) = header.split_once(" , ").unwrap();
    assert_eq!(
        check("s", &format!("{t},v0={},{v0}", "0".repeat(64)), b"body"),
        Ok(at(NOW))
    );
}

#[test]
fn old_and_future_deliveries_are_told_apart() {
    let signed = |offset: i64| sign(&SecretString::from("s"), b"body", at(NOW + offset));
    assert!(check("s", &signed(-1800), b"body").is_ok());
    assert!(check("s", &signed(1800), b"body").is_ok());
    assert_eq!(
        check("s", &signed(-1801), b"body"),
        Err(SignatureError::TooOld(Duration::from_secs(1801)))
    );
    assert_eq!(
        check("s", &signed(1801), b"body"),
        Err(SignatureError::InFuture(Duration::from_secs(1801)))
    );
}

#[test]
fn a_changed_timestamp_does_not_refresh_an_old_signature() {
    let old = sign(&SecretString::from("s"), b"body", at(NOW - 7200));
    let (_, v0) = old.split_once(',').unwrap();
    assert_eq!(
        check("s", &format!("t={NOW},{v0}"), b"body"),
        Err(SignatureError::Mismatch)
    );
}

#[test]
fn headers_without_their_parts_are_malformed() {
    let digest = "a".repeat(64);
    for header in [
        String::new(),
        "t=1".into(),
        format!("v0={digest}"),
        format!("t=,v0={digest}"),
        format!("t=-5,v0={digest}"),
        format!("t=99999999999999999999,v0={digest}"),
        format!("t=1,t=2,v0={digest}"),
        "t=1,v0=xyz".into(),
        format!("t=1,v0={}", "a".repeat(63)),
    ] {
        assert_eq!(
            check("s", &header, b"body"),
            Err(SignatureError::Malformed),
            "{header}"
        );
    }
}

proptest! {
    #[test]
    fn what_was_signed_verifies_and_nothing_else_does(
        secret in "[!-~]{1,80}",
        other in "[!-~]{1,80}",
        body in proptest::collection::vec(any::<u8>(), 1..300),
        flip in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let header = sign(&SecretString::from(secret.clone()), &body, at(NOW));
        prop_assert_eq!(check(&secret, &header, &body), Ok(at(NOW)));

        let mut changed = body.clone();
        changed[flip.index(body.len())] ^= 1 << bit;
        prop_assert_eq!(check(&secret, &header, &changed), Err(SignatureError::Mismatch));
        if other != secret {
            prop_assert_eq!(check(&other, &header, &body), Err(SignatureError::Mismatch));
        }
    }

    #[test]
    fn no_header_makes_the_check_panic(header in "\\PC*", body in proptest::collection::vec(any::<u8>(), 0..50)) {
        prop_assert!(check("s", &header, &body).is_err());
    }
}
