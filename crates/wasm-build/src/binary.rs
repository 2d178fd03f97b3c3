//! As much of the WebAssembly binary format as we touch ourselves.

use anyhow::{Context, Result};

const HEADER_LENGTH: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Section<'a> {
    pub(crate) id: u8,
    pub(crate) body: &'a [u8],
}

/// The sections of a module, in their order.
pub(crate) fn sections(module: &[u8]) -> Result<Vec<Section<'_>>> {
    let mut rest = module.get(HEADER_LENGTH..).context("no module")?;
    let mut found = Vec::new();
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let length = number(&mut rest)?;
        let body = take(&mut rest, length)?;
        found.push(Section { id, body });
    }
    Ok(found)
}

/// The module with the section of that id as `write` writes it; `None` leaves it as it is.
pub(crate) fn rewritten(
    module: &[u8],
    id: u8,
    mut write: impl FnMut(&[u8]) -> Result<Option<Vec<u8>>>,
) -> Result<Vec<u8>> {
    let mut out: Vec<u8> = module.iter().take(HEADER_LENGTH).copied().collect();
    for section in sections(module)? {
        let written = if section.id == id {
            write(section.body)?
        } else {
            None
        };
        let body = written.as_deref().unwrap_or(section.body);
        out.push(section.id);
        uleb(&mut out, body.len());
        out.extend(body);
    }
    Ok(out)
}

/// Reads an unsigned LEB128 number.
pub(crate) fn number(rest: &mut &[u8]) -> Result<usize> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let (&byte, after) = rest.split_first().context("the module ends within a number")?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    Ok(usize::try_from(value)?)
}

/// Reads a name.
pub(crate) fn name<'a>(rest: &mut &'a [u8]) -> Result<&'a str> {
    let length = number(rest)?;
    Ok(std::str::from_utf8(take(rest, length)?)?)
}

/// Reads so many bytes.
pub(crate) fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    let (bytes, after) = rest.split_at_checked(length).context("the module is cut off")?;
    *rest = after;
    Ok(bytes)
}

/// Writes an unsigned LEB128 number.
pub(crate) fn uleb(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for value in [0, 1, 127, 128, 300, 65_535, 4_000_000_000] {
            let mut bytes = Vec::new();
            uleb(&mut bytes, value);
            let mut rest = bytes.as_slice();
            assert_eq!(number(&mut rest).unwrap(), value);
            assert!(rest.is_empty());
        }
        assert!(number(&mut [0x80].as_slice()).is_err());
    }

    #[test]
    fn a_module_that_is_cut_off_is_an_error() {
        assert!(sections(b"\0asm\x01\0\0\0\x01\x05\x00").is_err());
        assert_eq!(
            sections(b"\0asm\x01\0\0\0\x01\x01\x00").unwrap(),
            [Section { id: 1, body: &[0] }]
        );
    }
}
