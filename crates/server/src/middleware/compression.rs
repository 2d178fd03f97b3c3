//! JSON in a fifth of its bytes, for whoever reads brotli. Pages are compressed when they are built, sounds and
//! pictures when they are made.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, ContentEncoding, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes};
use std::io::Write;

/// Below it the header costs what is saved.
const WORTH_IT: usize = 512;
/// A reply of usual length takes a fifth of a millisecond.
const QUALITY: u32 = 4;
const WINDOW: u32 = 18;
/// Beyond it a worker would be kept from other requests.
const LONG: usize = 64 * 1024;

pub async fn layer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let wanted = accepts(request.headers(), "br");
    let reply = next.call(request).await?;
    if !is_plain_json(reply.headers()) {
        return Ok(reply.map_into_boxed_body());
    }
    let (request, reply) = reply.into_parts();
    let (mut reply, body) = reply.into_parts();
    // Caches must not give one reader what was made for another.
    let vary = HeaderValue::from_static("accept-encoding");
    reply.headers_mut().append(header::VARY, vary);
    let body = match body.try_into_bytes() {
        Ok(plain) if wanted && plain.len() >= WORTH_IT => {
            let packed = pack(plain).await?;
            let encoding = HeaderValue::from_static(ContentEncoding::Brotli.as_str());
            reply.headers_mut().insert(header::CONTENT_ENCODING, encoding);
            packed.boxed()
        }
        Ok(plain) => plain.boxed(),
        // It is made while it is sent.
        Err(streamed) => streamed.boxed(),
    };
    Ok(ServiceResponse::new(request, reply.set_body(body)))
}

async fn pack(plain: Bytes) -> Result<Bytes, Error> {
    if plain.len() > LONG {
        Ok(web::block(move || brotli(&plain)).await??)
    } else {
        Ok(brotli(&plain)?)
    }
}

fn brotli(plain: &[u8]) -> std::io::Result<Bytes> {
    let mut packed = Vec::with_capacity(plain.len() / 4);
    {
        let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, QUALITY, WINDOW);
        writer.write_all(plain)?;
        writer.flush()?;
    }
    Ok(packed.into())
}

/// Whether the request names this content coding.
pub(crate) fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let mut named = headers.get_all(header::ACCEPT_ENCODING);
    named.any(|value| value.to_str().is_ok_and(|accepted| names(accepted, coding)))
}

/// Whether `gzip, br;q=1.0` and its like name it; a weight of nought refuses it.
fn names(accepted: &str, wanted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        let refused = |weight: &str| {
            let weight = weight
                .strip_prefix("q=")
                .and_then(|weight| weight.parse::<f32>().ok());
            weight == Some(0.0)
        };
        is_it && !parts.any(refused)
    })
}

fn is_plain_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| {
        kind.starts_with("application/json") || kind.starts_with("application/problem+json")
    }) && !headers.contains_key(header::CONTENT_ENCODING)
}

#[cfg(test)]
mod tests {
    use super::{brotli as pack, names};

    #[test]
    fn only_who_names_brotli_gets_it() {
        assert!(names("gzip, deflate, br, zstd", "br"));
        assert!(names("BR;q=0.5", "br"));
        assert!(!names("gzip", "br"));
        assert!(!names("br;q=0, gzip", "br"));
        assert!(!names("brotli", "br"));
        assert!(!names("", "br"));
    }

    #[test]
    fn what_is_packed_unpacks_to_the_same() {
        let plain = r#"{"calls":[1,2,3]}"#.repeat(100);
        let packed = pack(plain.as_bytes()).unwrap();
        assert!(packed.len() < plain.len() / 5);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_ref(), &mut unpacked).unwrap();
        assert_eq!(unpacked, plain.as_bytes());
    }
}
