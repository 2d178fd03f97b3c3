//! Logos and icons.

use crate::harness::{AGENCY, CUSTOMER, Client, Reply, TestApp};
use reqwest::Method;
use shared::ErrorCode;
use shared::branding::{Branding, Picture};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbaImage::new(width, height)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn put(client: &Client, picture: &str, bytes: impl Into<reqwest::Body>) -> Reply {
    let path = format!("/api/branding/pictures/{picture}");
    Reply::of(client.request(Method::PUT, &path).body(bytes)).await
}

#[tokio::test]
async fn a_logo_is_shown_to_everybody_and_can_do_nothing() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><script>alert(1)</script><circle r=\"3\" onclick=\"alert(2)\"/></svg>";
    let changed: Branding = put(&agency, "logo", svg).await.json();
    assert!(changed.own_pictures.contains(&Picture::Logo));
    let path = changed.look.logo.unwrap();
    let shown = app.client().get(&path).await;
    assert_eq!(shown.status, 200);
    assert_eq!(shown.header("content-type"), "image/svg+xml");
    assert_eq!(
        shown.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    let policy = shown.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("sandbox"),
        "{policy}"
    );
    assert!(
        shown.text().contains("<circle") && !shown.text().contains("alert"),
        "{}",
        shown.text()
    );
    // A session is neither needed nor looked for.
    assert!(shown.set_cookie().is_none());
    let again = app
        .client()
        .request(Method::GET, &path)
        .header("if-none-match", shown.header("etag"));
    assert_eq!(Reply::of(again).await.status, 304);
}

#[tokio::test]
async fn a_replaced_logo_is_removed_and_one_in_use_stays() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let first: Branding = put(&agency, "logo", png(64, 64)).await.json();
    let icon: Branding = put(&agency, "favicon", png(64, 64)).await.json();
    assert_eq!(first.look.logo, icon.look.favicon, "named by content");
    let second: Branding = put(&agency, "logo", png(65, 64)).await.json();
    let (old, new) = (first.look.logo.unwrap(), second.look.logo.unwrap());
    let due = "update jobs set run_at = now() where name = 'erase_brand_pictures'";
    app.sql(due);
    app.run_jobs().await;
    assert_eq!(app.client().get(&old).await.status, 200, "the icon shows it");
    assert_eq!(agency.delete("/api/branding/pictures/favicon").await.status, 200);
    app.sql(due);
    app.run_jobs().await;
    assert_eq!(app.client().get(&old).await.status, 404);
    assert_eq!(app.client().get(&new).await.status, 200);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_by_field() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    for (picture, bytes, says) in [
        ("logo", b"GIF89a".to_vec(), "no PNG"),
        ("logo", b"<html><script>alert(1)</script>".to_vec(), "no PNG"),
        ("logo", Vec::new(), "empty"),
        ("logo_dark", png(8, 64), "at least 16"),
        ("favicon", png(1030, 16), "1030"),
        (
            "logo",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><circle".to_vec(),
            "can not be read",
        ),
    ] {
        let problem = put(&agency, picture, bytes).await.problem();
        assert_eq!(
            (problem.code, problem.errors[0].field.as_str()),
            (ErrorCode::Invalid, picture)
        );
        assert!(problem.errors[0].message.contains(says), "{:?}", problem.errors);
    }
    assert_eq!(put(&agency, "banner", png(64, 64)).await.status, 404);
    for path in [
        "/brand/x/y.png",
        "/brand/00000000-0000-0000-0000-000000000000/..%2f..%2fsecrets.png",
    ] {
        assert_eq!(app.client().get(path).await.status, 404, "{path}");
    }
    // Somebody else's picture is not changed by a neighbour, because no address names an organization.
    let customer = app.sign_in(CUSTOMER).await;
    let before: Branding = agency.get("/api/branding").await.json();
    assert_eq!(put(&customer, "logo", png(64, 64)).await.status, 200);
    assert_eq!(agency.get("/api/branding").await.json::<Branding>(), before);
}

#[tokio::test]
async fn thirty_megabytes_are_refused_before_they_are_sent() {
    let app = TestApp::start().await;
    let agency = app.sign_in(AGENCY).await;
    let address = app.base.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "PUT /api/branding/pictures/logo HTTP/1.1\r\nhost: {address}\r\norigin: {}\r\ncookie: {}\r\ncontent-length: 31457280\r\n\r\n",
        app.base,
        agency.cookie.as_deref().unwrap()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // Nothing of the body is on its way.
    let mut reply = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&reply).contains("request_id") {
        let read = tokio::time::timeout(std::time::Duration::from_secs(5), stream.read(&mut buffer));
        let count = read.await.unwrap().unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&reply));
        reply.extend_from_slice(&buffer[..count]);
    }
    let reply = String::from_utf8(reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 413"), "{reply}");
    assert!(
        reply.contains("\"code\":\"too_large\"")
            && reply.contains("\"field\":\"logo\"")
            && reply.contains("30.0 MB"),
        "{reply}"
    );

    // Without a length it is read until it is too much.
    let pieces = (0..40).map(|_| Ok::<_, std::io::Error>(vec![0_u8; 64 * 1024]));
    let endless = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    let problem = put(&agency, "logo", endless).await.problem();
    assert_eq!(
        (problem.code, problem.errors[0].field.as_str()),
        (ErrorCode::TooLarge, "logo")
    );
}
