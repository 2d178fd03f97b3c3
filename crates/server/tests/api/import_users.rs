//! Accounts brought over from the original.

use crate::harness::TestApp;
use server::accounts::{find_organization, import};
use shared::auth::Session;

/// Made by Node's `scryptSync("correct horse", "00112233445566778899aabbccddeeff", 64)`.
const HASH: &str = include_str!("../../src/auth/password_legacy_example.txt");

async fn import(app: &TestApp, file: &str) -> import::Imported {
    let organization = find_organization(&app.app.db, Some("harbor-dental"))
        .await
        .unwrap();
    let lines = import::read(file.as_bytes(), &organization).unwrap();
    import::store(&app.app.db, organization.id, lines).await.unwrap()
}

fn stored(app: &TestApp) -> String {
    app.sql("select password_hash from users where email = 'olga@example.com'")
}

#[tokio::test]
async fn an_imported_user_signs_in_with_the_old_password_and_is_rehashed() {
    let app = TestApp::start().await;
    import(
        &app,
        &format!("e-mail,name,role,hash\nOlga@example.com,Olga,user,{HASH}"),
    )
    .await;
    assert!(stored(&app).starts_with("scrypt-legacy:"));
    assert_eq!(
        app.client()
            .log_in("olga@example.com", "correct donkey")
            .await
            .status,
        401
    );
    assert!(stored(&app).starts_with("scrypt-legacy:"));
    let session: Session = app
        .client()
        .log_in("olga@example.com", "correct horse")
        .await
        .json();
    assert_eq!(
        (session.user.name.as_str(), session.role.as_str()),
        ("Olga", "Viewer")
    );
    assert!(stored(&app).starts_with("$argon2id$v=19$m=8192,t=1,p=1$"));
    app.client()
        .log_in("olga@example.com", "correct horse")
        .await
        .json::<Session>();
}

#[tokio::test]
async fn importing_twice_changes_neither_password_nor_number() {
    let app = TestApp::start().await;
    let file = format!("olga@example.com,Olga,user,{HASH}");
    assert_eq!(import(&app, &file).await, import::Imported { added: 1, known: 0 });
    app.client()
        .log_in("olga@example.com", "correct horse")
        .await
        .json::<Session>();
    let rehashed = stored(&app);
    assert_eq!(import(&app, &file).await, import::Imported { added: 0, known: 1 });
    assert_eq!(stored(&app), rehashed);
    assert_eq!(app.sql("select count(*) from memberships m join users u on u.id = user_id where email = 'olga@example.com'"), "1");
}
