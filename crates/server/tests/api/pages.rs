//! The SPA's files.

use crate::harness::{Reply, TestApp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::Method;
use sha2::{Digest, Sha256};
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
async fn who_has_the_main_module_gets_chunks_packed_by_it() {
    let app = TestApp::start().await;
    let folder = app.app.config.http.spa_dir.join("assets/0a1b2c3d4e");
    std::fs::create_dir_all(&folder).unwrap();
    let has = Sha256::digest("the dictionary");
    let packed = [b"\xffDCB", &has[..], b"by dictionary"].concat();
    for (name, content) in [
        ("main.wasm", &b"the dictionary"[..]),
        ("chunk.wasm", b"plain"),
        ("chunk.wasm.br", b"compressed"),
        ("chunk.wasm.dcb", &packed),
    ] {
        std::fs::write(folder.join(name), content).unwrap();
    }
    std::fs::write(app.app.config.http.spa_dir.join("index.html"), "").unwrap();
    let main = app.client().get("/assets/0a1b2c3d4e/main.wasm").await;
    assert_eq!(main.header("use-as-dictionary"), "match=\"/assets/0a1b2c3d4e/*\"");

    let chunk = "/assets/0a1b2c3d4e/chunk.wasm";
    let with = async |codings: &str, has: &[u8]| {
        let request = app
            .client()
            .request(Method::GET, chunk)
            .header("accept-encoding", codings)
            .header("available-dictionary", format!(":{}:", BASE64.encode(has)));
        Reply::of(request).await
    };
    let reply = with("gzip, br, dcb", &has).await;
    assert_eq!(
        (reply.header("content-encoding"), &reply.body[..]),
        ("dcb", &packed[..])
    );
    assert_eq!(reply.header("vary"), "accept-encoding, available-dictionary");
    assert!(reply.headers.get("use-as-dictionary").is_none());
    let private = "private, max-age=31536000, immutable";
    assert_eq!(reply.header("cache-control"), private);
    for (codings, has, coding, body) in [
        ("gzip, br", &has[..], "br", "compressed"),
        ("gzip, br, dcb;q=0", &has[..], "br", "compressed"),
        (
            "gzip, br, dcb",
            &Sha256::digest("of yesterday")[..],
            "br",
            "compressed",
        ),
        ("gzip", &has[..], "", "plain"),
    ] {
        let reply = with(codings, has).await;
        let found = reply.headers.get("content-encoding");
        assert_eq!(
            found.map_or("", |coding| coding.to_str().unwrap()),
            coding,
            "{codings}"
        );
        assert_eq!(reply.text(), body, "{codings}");
        assert_ne!(reply.header("cache-control"), private);
        assert_eq!(reply.header("vary"), "accept-encoding, available-dictionary");
    }
    assert_eq!(app.client().get(&format!("{chunk}.dcb")).await.status, 404);
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
