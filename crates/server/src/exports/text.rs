//! CSV, and JSON with one object a line, a part at a time.

use super::columns::{Cell, Column, cells, object};
use super::record::Record;
use crate::spreadsheet::harmless;
use bytes::Bytes;
use chrono_tz::Tz;
use std::io;

/// The head of a CSV file. It begins with a mark by which spreadsheets know UTF-8.
pub fn head(columns: &[Column]) -> io::Result<Bytes> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(columns.iter().map(|column| column.head.as_str()))?;
    bytes(writer)
}

/// Records as lines of CSV.
pub fn csv(columns: &[Column], records: &[Record]) -> io::Result<Bytes> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer.write_record(cells(columns, record).iter().map(|cell| match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => harmless(text),
            // Ours, so it can be no formula; a cost is never negative.
            Cell::Number(number) => number.to_string(),
        }))?;
    }
    bytes(writer)
}

fn bytes(writer: csv::Writer<Vec<u8>>) -> io::Result<Bytes> {
    let bytes = writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.into())
}

/// Records as one object a line.
pub fn json(columns: &[Column], records: &[Record], zone: Tz) -> io::Result<Bytes> {
    let mut lines = Vec::new();
    for record in records {
        serde_json::to_writer(&mut lines, &object(columns, record, zone))?;
        lines.push(b'\n');
    }
    Ok(lines.into())
}
