//! What a module puts into the table of functions, written in as few segments as there are gaps.
//!
//! wasm-opt writes a segment for every run between two that came from elsewhere, and for main a null for each place that a chunk fills
//! when it is loaded, of which the table is full anyway: three kilobytes of what the sign-in page fetches.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::binary::{number, rewritten, take, uleb};

const ELEMENTS: u8 = 9;
const I32_CONST: u8 = 0x41;
const REF_NULL: u8 = 0xd0;
const REF_FUNC: u8 = 0xd2;
const END: u8 = 0x0b;

pub(crate) fn shorten(files: &[PathBuf]) -> Result<()> {
    for file in files {
        let module = fs::read(file)?;
        let short = shorten_module(&module).with_context(|| format!("the table of {}", file.display()))?;
        fs::write(file, short)?;
    }
    Ok(())
}

fn shorten_module(module: &[u8]) -> Result<Vec<u8>> {
    rewritten(module, ELEMENTS, |body| {
        Ok(places(body)?.map(|places| written(&places)))
    })
}

/// The function at each place; `None` for kinds of segments that rustc does not make for a fixed table.
fn places(body: &[u8]) -> Result<Option<BTreeMap<usize, usize>>> {
    let mut rest = body;
    let mut places = BTreeMap::new();
    for _ in 0..number(&mut rest)? {
        let kind = number(&mut rest)?;
        if !matches!(kind, 0 | 4) || take(&mut rest, 1)? != [I32_CONST] {
            return Ok(None);
        }
        // Signed, and never negative: read like the unsigned one.
        let from = number(&mut rest)?;
        if take(&mut rest, 1)? != [END] {
            return Ok(None);
        }
        let count = number(&mut rest)?;
        for place in from..from + count {
            let function = match kind {
                0 => Some(number(&mut rest)?),
                _ => match (take(&mut rest, 1)?, number(&mut rest)?, take(&mut rest, 1)?) {
                    ([REF_FUNC], function, [END]) => Some(function),
                    ([REF_NULL], _, [END]) => None,
                    _ => return Ok(None),
                },
            };
            match function {
                Some(function) => places.insert(place, function),
                None => places.remove(&place),
            };
        }
    }
    Ok(Some(places))
}

fn written(places: &BTreeMap<usize, usize>) -> Vec<u8> {
    let mut runs: Vec<(usize, Vec<usize>)> = Vec::new();
    for (&place, &function) in places {
        match runs.last_mut() {
            Some((from, run)) if *from + run.len() == place => run.push(function),
            _ => runs.push((place, vec![function])),
        }
    }
    let mut out = Vec::new();
    uleb(&mut out, runs.len());
    for (from, run) in runs {
        out.extend([0, I32_CONST]);
        signed(&mut out, from);
        out.push(END);
        uleb(&mut out, run.len());
        for function in run {
            uleb(&mut out, function);
        }
    }
    out
}

/// Writes a number that is not negative where a signed one is read: its highest bit must not look like a sign.
fn signed(out: &mut Vec<u8>, value: usize) {
    let start = out.len();
    uleb(out, value);
    if let Some(last) = out.get_mut(start..).and_then(<[u8]>::last_mut)
        && *last & 0x40 != 0
    {
        *last |= 0x80;
        out.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_keeps_its_place_and_nulls_are_left_out() {
        // 64..66 by index; 66 a function, 67 null, 68 a function, by expression; 65 put in again.
        let body = [
            3, 0, I32_CONST, 0xc0, 0, END, 2, 7, 9, 4, I32_CONST, 0xc2, 0, END, 3, REF_FUNC, 8, END,
            REF_NULL, 0x70, END, REF_FUNC, 5, END, 0, I32_CONST, 0xc1, 0, END, 1, 6,
        ];
        let found = places(&body).unwrap().unwrap();
        assert_eq!(found, BTreeMap::from([(64, 7), (65, 6), (66, 8), (68, 5)]));
        let short = written(&found);
        assert_eq!(
            short,
            [
                2, 0, I32_CONST, 0xc0, 0, END, 3, 7, 6, 8, 0, I32_CONST, 0xc4, 0, END, 1, 5
            ]
        );
        assert_eq!(places(&short).unwrap().unwrap(), found);
    }

    #[test]
    fn a_table_that_is_placed_by_a_global_stays_as_it_is() {
        let module = [
            b"\0asm\x01\0\0\0".as_slice(),
            &[ELEMENTS, 7, 1, 0, 0x23, 0, END, 1, 3],
        ]
        .concat();
        assert_eq!(shorten_module(&module).unwrap(), module);
    }
}
