//! The SPA's files.

use crate::harness::{Reply, TestApp};
use reqwest::Method;
use shared::ErrorCode;

async fn app() -> TestApp {
    let app = TestApp::start().await;
    let dist = &app.app.config.http.spa_dir;
    std::fs::create_dir_all(dist.join("assets/0a1b2c3d4e")).unwrap();
    std::fs::write(dist.join("assets/0a1b2c3d4e/app.js"), "plain()").unwrap();
    std::fs::write(dist.join("assets/0a1b2c3d4e/app.js.br"), "compressed").unwrap();
    std::fs::write(dist.join("index.html"), "<!doctype html><p>here").unwrap();
    app
}

#[tokio::test]
async fn deep_links_get_the_page_and_missing_files_do_not() {
    let app = app().await;
    for path in [
        "/",
        "/login",
        "/calls/0198a1f2-0000-7000-8000-000000000000",
        "/settings/integrations?x=1",
    ] {
        let reply = app.client().get(path).await;
        assert_eq!(
            (reply.status.as_u16(), reply.text().as_str()),
            (200, "<!doctype html><p>here"),
            "{path}"
        );
        assert_eq!(reply.header("cache-control"), "no-cache");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    }
    assert_eq!(app.client().get("/assets/0a1b2c3d4e/gone.js").await.status, 404);
    assert_eq!(
        app.client().get("/api/gone").await.problem().code,
        ErrorCode::NotFound
    );
    assert_eq!(app.client().get("/..%2f..%2fetc/passwd.txt").await.status, 404);
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_sent_compressed() {
    let app = app().await;
    let path = "/assets/0a1b2c3d4e/app.js";
    let plain = app.client().get(path).await;
    assert_eq!(plain.text(), "plain()");
    assert_eq!(
        plain.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let request = app
        .client()
        .request(Method::GET, path)
        .header("accept-encoding", "gzip, br");
    let compressed = Reply::of(request).await;
    assert_eq!(
        (compressed.header("content-encoding"), compressed.text().as_str()),
        ("br", "compressed")
    );
    assert_eq!(compressed.header("vary"), "accept-encoding");
    let head = Reply::of(app.client().request(Method::HEAD, path)).await;
    assert_eq!((head.status.as_u16(), head.header("content-length")), (200, "7"));
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let app = app().await;
    let etag = app.client().get("/").await.header("etag").to_owned();
    let again = |etag: String| {
        app.client()
            .request(Method::GET, "/")
            .header("if-none-match", etag)
    };
    let reply = Reply::of(again(etag.clone())).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (304, 0));
    // A new build is noticed in development.
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(2);
    let index = app.app.config.http.spa_dir.join("index.html");
    std::fs::write(&index, "<!doctype html><p>new").unwrap();
    std::fs::File::open(&index).unwrap().set_modified(later).unwrap();
    assert_eq!(Reply::of(again(etag)).await.text(), "<!doctype html><p>new");
}

#[tokio::test]
async fn without_a_build_the_page_says_what_to_do() {
    let app = TestApp::start().await;
    let reply = app.client().get("/").await;
    assert_eq!(reply.status, 503);
    assert!(reply.text().contains("cargo xtask run"));
}
