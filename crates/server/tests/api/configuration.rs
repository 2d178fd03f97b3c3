//! What the environment may say.

use server::config::{Config, Environment};

const PRODUCTION: [(&str, &str); 5] = [
    ("APP_ENV", "production"),
    (
        "DATABASE_URL",
        "postgresql://echosensei_app:hush@db.example.com/echosensei",
    ),
    ("PUBLIC_URL", "https://voice.example.com"),
    ("ENCRYPTION_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
    ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
];

fn complaints(pairs: &[(&'static str, &'static str)]) -> Vec<&'static str> {
    match Config::read(&Environment::from_pairs(pairs.iter().copied())) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.variable).collect(),
    }
}

fn production_with(variable: &'static str, value: &'static str) -> Vec<&'static str> {
    let mut pairs = PRODUCTION.to_vec();
    pairs.push((variable, value));
    complaints(&pairs)
}

#[test]
fn an_unconfigured_machine_runs_the_demo() {
    let config = Config::read(&Environment::default()).unwrap();
    assert!(config.demo && config.database.url.is_none());
    assert_eq!(config.http.public_url.as_str(), "http://127.0.0.1:5000/");
}

#[test]
fn production_refuses_what_is_missing_or_weak_and_names_all_of_it() {
    assert_eq!(complaints(&PRODUCTION), [""; 0]);
    let missing = complaints(&[("NODE_ENV", "production")]);
    for variable in ["DATABASE_URL", "PUBLIC_URL"] {
        assert!(missing.contains(&variable), "{missing:?}");
    }
    assert!(
        missing.contains(&"ENCRYPTION_KEY") || missing.contains(&"SESSION_SECRET"),
        "{missing:?}"
    );
    assert_eq!(
        production_with("PUBLIC_URL", "http://voice.example.com"),
        ["PUBLIC_URL"]
    );
    assert_eq!(production_with("SESSION_SECRET", "short"), ["SESSION_SECRET"]);
    assert_eq!(
        production_with("SESSION_SECRET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ["SESSION_SECRET"]
    );
    assert_eq!(
        production_with("ENCRYPTION_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ["ENCRYPTION_KEY"]
    );
    assert_eq!(production_with("DEMO_MODE", "true"), ["DEMO_MODE"]);
}

#[test]
fn a_value_that_can_not_be_read_names_its_variable() {
    for (variable, value) in [
        ("PORT", "eighty"),
        ("PUBLIC_URL", "voice.example.com"),
        ("DATABASE_SSL", "perhaps"),
        ("APP_ENV", "moon"),
        ("LIVE_POLL_SECONDS", "0"),
        ("LIVE_PING_SECONDS", "0"),
        ("STORAGE_PROVIDER", "tape"),
        ("STORAGE_DIRECT_DOWNLOADS", "perhaps"),
        ("S3_ENDPOINT", "nowhere"),
        ("GCS_ENDPOINT", "nowhere"),
        ("AZURE_STORAGE_ENDPOINT", "nowhere"),
        ("VISIT_HOURS", "0"),
        ("WEBHOOK_RETENTION_DAYS", "1"),
        ("WEBHOOK_RETENTION_DAYS", "for ever"),
    ] {
        let found = complaints(&[(variable, value)]);
        assert!(found.contains(&variable), "{variable}={value}: {found:?}");
    }
}

#[test]
fn secrets_are_masked_where_the_configuration_is_printed() {
    let mut pairs = PRODUCTION.to_vec();
    pairs.extend([
        ("ELEVENLABS_API_KEY", "sk_very_secret"),
        ("METRICS_TOKEN", "let-me-see"),
    ]);
    let printed = format!("{:#?}", Config::read(&Environment::from_pairs(pairs)).unwrap());
    for secret in [
        "hush",
        "sk_very_secret",
        "let-me-see",
        "0123456789abcdef",
        "MDEyMzQ1",
    ] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
    assert!(printed.contains("db.example.com"));
}

#[test]
fn a_store_that_is_chosen_wants_its_settings_and_hides_its_secrets() {
    for (provider, missing) in [
        ("s3", "S3_BUCKET"),
        ("gcs", "GCS_BUCKET"),
        ("Azure", "AZURE_STORAGE_ACCOUNT_NAME"),
    ] {
        assert_eq!(complaints(&[("STORAGE_PROVIDER", provider)]), [missing]);
    }
    assert_eq!(
        complaints(&[("AZURE_STORAGE_ACCOUNT_NAME", "voice")]),
        ["AZURE_STORAGE_CONTAINER_NAME"]
    );
    assert_eq!(
        complaints(&[("S3_ACCESS_KEY_ID", "AKIA")]),
        ["S3_SECRET_ACCESS_KEY"]
    );
    assert_eq!(
        complaints(&[("GCS_REQUESTER_PAYS", "true")]),
        ["GOOGLE_CLOUD_PROJECT"]
    );
    let all = [
        ("STORAGE_PROVIDER", "S3"),
        ("S3_BUCKET", "recordings"),
        ("S3_REGION", "eu-central-1"),
        ("S3_ACCESS_KEY_ID", "AKIA"),
        ("S3_SECRET_ACCESS_KEY", "hush-s3"),
        ("GCS_BUCKET", "old-recordings"),
        ("GOOGLE_CLOUD_PROJECT", "voice"),
        ("AZURE_STORAGE_ACCOUNT_NAME", "voice"),
        ("AZURE_STORAGE_CONTAINER_NAME", "recordings"),
        ("AZURE_STORAGE_ACCOUNT_KEY", "hush-azure"),
    ];
    let config = Config::read(&Environment::from_pairs(all)).unwrap();
    assert_eq!(config.storage.provider, storage::Provider::S3);
    // Those that are set up beside it stay within reach.
    let others: Vec<_> = config
        .storage
        .others(std::path::Path::new("/nowhere"))
        .iter()
        .map(|other| other.provider())
        .collect();
    assert_eq!(others, [storage::Provider::Gcs, storage::Provider::Azure]);
    let printed = format!("{config:#?}");
    assert!(printed.contains("eu-central-1") && printed.contains("old-recordings"));
    assert!(!printed.contains("hush"), "{printed}");
}
