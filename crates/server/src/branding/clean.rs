//! What of a picture is kept. Its content says what it is; a raster picture is decoded once, and an SVG is written anew without
//! scripts, foreign content and addresses of other sites.

use image::{ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};
use shared::branding::{LARGEST_PICTURE, Picture};
use std::io::Cursor;

/// Shortest side in pixels.
const SMALLEST_SIDE: u32 = 16;
/// Memory that decoding one picture may take: the largest that is allowed, with four bytes a pixel.
const MEMORY: u64 = 96 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Png,
    Jpeg,
    Webp,
    Svg,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Webp, Self::Svg];

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }

    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Svg => "svg",
        }
    }

    pub(super) fn by_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.ending() == ending)
    }
}

/// What is stored.
#[derive(Debug)]
pub(super) struct Kept {
    pub kind: Kind,
    pub bytes: Vec<u8>,
}

impl Kept {
    /// Named after its content, so that an address never shows something else later.
    pub(super) fn file_name(&self) -> String {
        format!(
            "{}.{}",
            hex::encode(Sha256::digest(&self.bytes)),
            self.kind.ending()
        )
    }
}

/// # Errors
/// Why it is not kept, for the person who chose it.
pub(super) fn picture(picture: Picture, bytes: &[u8]) -> Result<Kept, String> {
    if bytes.is_empty() {
        return Err("The file is empty".to_owned());
    }
    let kind = match image::guess_format(bytes) {
        Ok(ImageFormat::Png) => Kind::Png,
        Ok(ImageFormat::Jpeg) => Kind::Jpeg,
        Ok(ImageFormat::WebP) => Kind::Webp,
        _ if looks_like_svg(bytes) => return svg(bytes),
        _ => return Err("This is no PNG, JPEG, WebP or SVG. Choose a file of one of these kinds".to_owned()),
    };
    raster(picture, bytes)?;
    Ok(Kept {
        kind,
        bytes: bytes.to_vec(),
    })
}

fn raster(picture: Picture, bytes: &[u8]) -> Result<(), String> {
    let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let damaged = |error: &dyn std::fmt::Display| format!("The picture is damaged: {error}");
    // The head first: what says that it is huge is not decoded.
    let (width, height) = reader()
        .map_err(|error| damaged(&error))?
        .into_dimensions()
        .map_err(|error| damaged(&error))?;
    let most = picture.largest_side();
    if width > most || height > most {
        return Err(format!(
            "The picture has {width} × {height} pixels; {most} × {most} at most"
        ));
    }
    if width < SMALLEST_SIDE || height < SMALLEST_SIDE {
        return Err(format!(
            "The picture has {width} × {height} pixels; at least {SMALLEST_SIDE} × {SMALLEST_SIDE}"
        ));
    }
    let mut reader = reader().map_err(|error| damaged(&error))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    reader.decode().map(drop).map_err(|error| damaged(&error))
}

/// An XML document that holds an `<svg`, or begins with one.
fn looks_like_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096)).unwrap_or_default());
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with('<') && head.to_ascii_lowercase().contains("<svg")
}

fn svg(bytes: &[u8]) -> Result<Kept, String> {
    let mut filter = svg_hush::Filter::new();
    filter.set_data_url_filter(svg_hush::data_url_filter::allow_standard_images);
    let mut clean = Vec::new();
    filter
        .filter(bytes, &mut clean)
        .map_err(|error| format!("The SVG can not be read: {error}"))?;
    if clean.len() > LARGEST_PICTURE {
        return Err("Written out, the SVG has more than 1 MB".to_owned());
    }
    if !String::from_utf8_lossy(&clean).contains("<svg") {
        return Err("Nothing of the SVG is left once scripts and foreign content are taken out".to_owned());
    }
    Ok(Kept {
        kind: Kind::Svg,
        bytes: clean,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\">";

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::RgbaImage::new(width, height)
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    }

    #[test]
    fn an_svg_loses_what_could_run_or_call_home() {
        let dirty = format!(
            "{SVG}<script>alert(1)</script><circle r=\"3\" onload=\"alert(2)\" fill=\"url(https://evil.example/a#b)\"/>\
             <a href=\"javascript:alert(3)\"><rect width=\"4\" height=\"4\"/></a>\
             <image href=\"https://evil.example/x.png\"/><foreignObject><body>hi</body></foreignObject></svg>"
        );
        let kept = picture(Picture::Logo, dirty.as_bytes()).unwrap();
        let text = String::from_utf8(kept.bytes).unwrap();
        for gone in [
            "script",
            "alert",
            "evil.example",
            "onload",
            "foreignObject",
            "javascript",
        ] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        assert!(text.contains("<circle") && text.contains("<rect"), "{text}");
    }

    #[test]
    fn entities_do_not_multiply() {
        let mut bomb = "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY a0 \"aaaaaaaaaaaaaaaa\">".to_owned();
        for n in 1..12 {
            let one = format!("&a{};", n - 1);
            bomb += &format!("<!ENTITY a{n} \"{}\">", one.repeat(10));
        }
        bomb += &format!("]>{SVG}<text>&a11;</text></svg>");
        assert!(picture(Picture::Logo, bomb.as_bytes()).is_err());
    }

    #[test]
    fn pictures_are_known_by_their_content_and_measured() {
        let kept = picture(Picture::Logo, &png(64, 32)).unwrap();
        assert_eq!(kept.kind, Kind::Png);
        assert!(kept.file_name().ends_with(".png") && kept.file_name().len() == 68);
        let complaint = |which, bytes: &[u8]| picture(which, bytes).unwrap_err();
        assert!(complaint(Picture::Favicon, &png(1025, 16)).contains("1025 × 16"));
        assert!(complaint(Picture::Logo, &png(15, 64)).contains("at least 16"));
        assert!(complaint(Picture::Logo, b"GIF89a....").contains("no PNG"));
        assert!(complaint(Picture::Logo, b"<html><body>hi").contains("no PNG"));
        assert!(complaint(Picture::Logo, b"").contains("empty"));
        let whole = png(64, 64);
        assert!(complaint(Picture::Logo, &whole[..whole.len() / 2]).contains("damaged"));
    }

    #[test]
    fn a_small_file_that_says_it_is_huge_is_not_decoded() {
        let mut bytes = png(64, 64);
        // Width and height of the head; its checksum does not fit any more, which is a reason as well.
        bytes[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert!(picture(Picture::Logo, &bytes).is_err());
    }
}
