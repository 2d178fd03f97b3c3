//! The pages: `dist/` in memory, compressed ahead of time, hashed files for ever, and `index.html` for each deep link.

use crate::app::App;
use crate::branding;
use crate::error::{ApiError, ApiResult};
use crate::middleware::compression::accepts;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use arc_swap::ArcSwap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use shared::ErrorCode;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

const INDEX: &str = "index.html";
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// By a dictionary that not everybody has: a cache on the way that does not heed `Vary` must not give it to the next one.
const FOR_EVER_BY_ONE: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

/// RFC 9842: what the browser has, and what it may keep for that.
const AVAILABLE_DICTIONARY: HeaderName = HeaderName::from_static("available-dictionary");
const USE_AS_DICTIONARY: HeaderName = HeaderName::from_static("use-as-dictionary");
const DCB_MAGIC: [u8; 4] = [0xff, b'D', b'C', b'B'];

/// The built SPA.
pub struct Spa {
    dir: PathBuf,
    /// Look again whether a new build is there; in production it never changes under a running server.
    reloads: bool,
    files: ArcSwap<Files>,
}

#[derive(Default)]
struct Files {
    by_path: HashMap<String, Arc<File>>,
    /// Of `index.html`, which a build writes last.
    built_at: Option<SystemTime>,
}

/// A file, ready to be sent.
pub struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    by_dictionary: Option<ByDictionary>,
    /// For other files a dictionary: which.
    dictionary_for: Option<HeaderValue>,
    content_type: HeaderValue,
    etag: HeaderValue,
    is_hashed: bool,
}

/// Brotli with another file as its dictionary: for who has that file.
struct ByDictionary {
    packed: Bytes,
    sha256: [u8; 32],
}

impl ByDictionary {
    /// From a `.dcb`, which says in its head which dictionary it needs.
    fn of(packed: &Bytes) -> Option<Self> {
        let (sha256, _) = packed.strip_prefix(&DCB_MAGIC)?.split_first_chunk()?;
        Some(Self {
            packed: packed.clone(),
            sha256: *sha256,
        })
    }
}

impl Spa {
    /// Reads the folder. A missing one is no error: the API works without pages.
    pub fn load(dir: &Path, reloads: bool) -> Self {
        let files = Files::read(dir);
        if files.built_at.is_none() {
            tracing::warn!(spa.dir = %dir.display(), "no pages here; build them with: cargo xtask run");
        }
        Self {
            dir: dir.to_owned(),
            reloads,
            files: ArcSwap::from_pointee(files),
        }
    }

    fn files(&self) -> Arc<Files> {
        let files = self.files.load_full();
        if self.reloads && files.built_at != modified(&self.dir.join(INDEX)) {
            let fresh = Arc::new(Files::read(&self.dir));
            self.files.store(fresh.clone());
            return fresh;
        }
        files
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

impl Files {
    fn read(dir: &Path) -> Self {
        let built_at = modified(&dir.join(INDEX));
        let mut contents = HashMap::new();
        if let Err(error) = collect(dir, "", &mut contents) {
            if built_at.is_some() {
                tracing::error!(%error, spa.dir = %dir.display(), "the pages could not be read");
            }
            return Self::default();
        }
        let is_copy = |path: &str| [".br", ".dcb", ".gz"].iter().any(|end| path.ends_with(end));
        let by_dictionary = |path: &str| ByDictionary::of(contents.get(&format!("{path}.dcb"))?);
        // The needed dictionary lies in the folder of who needs it.
        let dictionaries: HashSet<_> = contents
            .keys()
            .filter_map(|path| Some((folder(path), by_dictionary(path)?.sha256)))
            .collect();
        let file = |path: &str, plain| {
            let sha256 = Sha256::digest(plain).into();
            let file = File::new(path, plain, contents.get(&format!("{path}.br")));
            let dictionary_for = dictionaries
                .contains(&(folder(path), sha256))
                .then(|| HeaderValue::from_str(&format!("match=\"/{}/*\"", folder(path))).ok());
            File {
                by_dictionary: by_dictionary(path),
                dictionary_for: dictionary_for.flatten(),
                ..file
            }
        };
        let by_path = contents
            .iter()
            .filter(|(path, _)| !is_copy(path))
            .map(|(path, plain)| (path.clone(), Arc::new(file(path, plain))))
            .collect();
        Self { by_path, built_at }
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn collect(dir: &Path, prefix: &str, into: &mut HashMap<String, Bytes>) -> io::Result<()> {
    for entry in dir.read_dir()? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), into)?;
        } else {
            into.insert(path, std::fs::read(entry.path())?.into());
        }
    }
    Ok(())
}

impl File {
    /// What is sent for this path; compressed where somebody did so before.
    pub fn new(path: &str, plain: &Bytes, brotli: Option<&Bytes>) -> Self {
        let guessed = mime_guess::from_path(path).first_or_octet_stream();
        let text = match guessed.type_() {
            mime_guess::mime::TEXT => format!("{guessed}; charset=utf-8"),
            _ => guessed.to_string(),
        };
        let digest = hex::encode(Sha256::digest(plain));
        Self {
            plain: plain.clone(),
            brotli: brotli.cloned(),
            by_dictionary: None,
            dictionary_for: None,
            content_type: HeaderValue::from_str(&text)
                .unwrap_or(HeaderValue::from_static("application/octet-stream")),
            etag: HeaderValue::from_str(&format!("W/\"{}\"", digest.get(..16).unwrap_or(&digest)))
                .unwrap_or(HeaderValue::from_static("W/\"0\"")),
            is_hashed: path.split('/').any(is_hashed),
        }
    }

    /// As it was built.
    pub fn plain(&self) -> Bytes {
        self.plain.clone()
    }

    /// Changes with its content.
    pub fn tag(&self) -> String {
        String::from_utf8_lossy(self.etag.as_bytes()).into_owned()
    }
}

/// `app-3f9a1c0de4.css` and the folder `assets/3f9a1c0de4/`: the build names them after their content.
fn is_hashed(segment: &str) -> bool {
    segment.split(['-', '.', '_']).any(|part| {
        part.len() >= 8
            && part.bytes().all(|c| c.is_ascii_hexdigit())
            && part.bytes().any(|c| c.is_ascii_digit())
    })
}

/// Everything that is no API: a file, or the page for a deep link.
pub async fn serve(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed()
            .insert_header((header::ALLOW, "GET, HEAD"))
            .finish();
    }
    let files = app.spa.files();
    let path = request.path().trim_start_matches('/');
    let found = if path.is_empty() {
        None
    } else {
        files.by_path.get(path)
    };
    if let Some(file) = found {
        return send(&request, file);
    }
    if !is_page(&request, path) {
        return HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("Not found\n");
    }
    match files.by_path.get(INDEX) {
        Some(index) => send_page(&app, &request, index).await,
        None => HttpResponse::build(StatusCode::SERVICE_UNAVAILABLE)
            .content_type("text/html; charset=utf-8")
            .body(include_str!("spa_missing.html")),
    }
}

/// In the look that belongs to the request.
async fn send_page(app: &App, request: &HttpRequest, index: &File) -> HttpResponse {
    let page = branding::serve(app, request, index).await;
    let mut reply = send(request, page.file.as_deref().unwrap_or(index));
    // The same address looks otherwise under another host and with another cookie.
    reply.headers_mut().insert(
        header::VARY,
        HeaderValue::from_static("accept-encoding, host, cookie"),
    );
    if page.is_unknown && reply.status() == StatusCode::OK {
        *reply.status_mut() = StatusCode::NOT_FOUND;
    }
    if let Some(cookie) = &page.cookie
        && let Err(error) = reply.add_cookie(cookie)
    {
        tracing::error!(%error, "a cookie could not be written");
    }
    reply
}

/// A missing file must not come back as a page: a browser would take HTML for a script.
fn is_page(request: &HttpRequest, path: &str) -> bool {
    let accepts_html = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let has_extension = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    !has_extension || (accepts_html && !path.split('/').any(is_hashed))
}

fn send(request: &HttpRequest, file: &File) -> HttpResponse {
    let asked = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let cached = if file.is_hashed { FOR_EVER } else { ASK_EACH_TIME };
    let with_headers = |mut reply: HttpResponseBuilder| {
        reply.insert_header((header::CACHE_CONTROL, cached.clone()));
        reply.insert_header((header::ETAG, file.etag.clone()));
        let depends_on = match (&file.by_dictionary, &file.brotli) {
            (Some(_), _) => Some("accept-encoding, available-dictionary"),
            (None, Some(_)) => Some("accept-encoding"),
            (None, None) => None,
        };
        if let Some(depends_on) = depends_on {
            reply.insert_header((header::VARY, HeaderValue::from_static(depends_on)));
        }
        if let Some(which) = &file.dictionary_for {
            reply.insert_header((USE_AS_DICTIONARY, which.clone()));
        }
        reply
    };
    let known = asked(header::IF_NONE_MATCH).unwrap_or_default();
    if file
        .etag
        .to_str()
        .is_ok_and(|etag| known.split(',').any(|k| k.trim() == etag))
    {
        return with_headers(HttpResponse::NotModified()).finish();
    }
    let mut reply = with_headers(HttpResponse::Ok());
    reply.insert_header((header::CONTENT_TYPE, file.content_type.clone()));
    let has_dictionary = |needed: &ByDictionary| {
        asked(AVAILABLE_DICTIONARY).is_some_and(|has| has == format!(":{}:", BASE64.encode(needed.sha256)))
    };
    let takes = |coding| accepts(request.headers(), coding);
    let (coding, body) = match (&file.by_dictionary, &file.brotli) {
        (Some(needing), _) if takes("dcb") && has_dictionary(needing) => {
            if file.is_hashed {
                reply.insert_header((header::CACHE_CONTROL, FOR_EVER_BY_ONE));
            }
            ("dcb", &needing.packed)
        }
        (_, Some(brotli)) if takes("br") => ("br", brotli),
        _ => return reply.body(file.plain.clone()),
    };
    reply.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(coding)));
    reply.body(body.clone())
}

/// Under `/api` nothing is a page.
pub async fn no_such_endpoint() -> ApiResult<HttpResponse> {
    Err(ApiError::because(
        ErrorCode::NotFound,
        "There is no such endpoint",
    ))
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn hashed_names_are_told_from_others() {
        for name in ["app-3f9a1c0de4.css", "3f9a1c0de4", "app_3f9a1c0de4.wasm"] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "index.html",
            "inter-latin.woff2",
            "app.css",
            "assets",
            "app-facade.css",
            "logo-512.png",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
