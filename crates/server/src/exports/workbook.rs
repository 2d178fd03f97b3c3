//! An Excel workbook. It can only be finished as a whole, so it grows in a temporary file and is stored from there.

use super::columns::Cell;
use futures::StreamExt;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::io;
use storage::ByteStream;
use tempfile::NamedTempFile;
use tokio::sync::mpsc::Receiver;
use tokio_util::io::ReaderStream;

/// Rows that a sheet can have, its head included.
pub const MAX_ROWS: u32 = 1_048_576;
/// Characters (UTF-16) that a cell can have.
const MAX_CELL: usize = 32_767;
const CUT: &str = " … (cut here: a cell holds no more)";

/// Why there is no workbook.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    #[error("the workbook could not be written: {0}")]
    Xlsx(#[from] XlsxError),
    #[error("the workbook could not be written: {0}")]
    Io(#[from] io::Error),
    #[error("a sheet has room for {MAX_ROWS} rows")]
    TooManyRows,
    #[error("the reading stopped before the end")]
    Cut,
}

/// Writes what comes until `None`, which says that it is whole; on a thread that may block. A row is on the disk before the next is
/// taken.
///
/// # Errors
/// [`WorkbookError`].
pub fn write(
    heads: &[String],
    mut rows: Receiver<Option<Vec<Vec<Cell>>>>,
) -> Result<NamedTempFile, WorkbookError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory();
    let bold = Format::new().set_bold();
    sheet.set_name("Calls")?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, head) in (0u16..).zip(heads) {
        sheet.write_string_with_format(0, column, head, &bold)?;
    }
    let mut row = 1;
    loop {
        let part = rows.blocking_recv().ok_or(WorkbookError::Cut)?;
        let Some(part) = part else { break };
        for cells in part {
            if row >= MAX_ROWS {
                return Err(WorkbookError::TooManyRows);
            }
            for (column, cell) in (0u16..).zip(cells) {
                match cell {
                    Cell::Empty => {}
                    // A string is a string, whatever it begins with: no formula is ever written.
                    Cell::Text(text) => {
                        sheet.write_string(row, column, fitting(text))?;
                    }
                    Cell::Number(number) => {
                        sheet.write_number(row, column, number)?;
                    }
                }
            }
            row += 1;
        }
    }
    let file = NamedTempFile::new()?;
    workbook.save(file.path())?;
    Ok(file)
}

fn fitting(text: String) -> String {
    if text.encode_utf16().count() <= MAX_CELL {
        return text;
    }
    let room = MAX_CELL - CUT.encode_utf16().count();
    let mut used = 0;
    let kept: String = text
        .chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= room
        })
        .collect();
    kept + CUT
}

/// The finished file as a body; it is removed when the body ends.
///
/// # Errors
/// When it can not be opened.
pub async fn body(file: NamedTempFile) -> io::Result<(ByteStream, u64)> {
    let opened = tokio::fs::File::open(file.path()).await?;
    let len = opened.metadata().await?.len();
    let stream = ReaderStream::new(opened).map(move |piece| {
        // Held until the last piece is out.
        let _until_then = file.path();
        piece
    });
    Ok((stream.boxed(), len))
}

#[cfg(test)]
mod tests {
    use super::{MAX_CELL, fitting};

    #[test]
    fn a_cell_is_never_longer_than_a_sheet_takes() {
        assert_eq!(fitting("short".to_owned()), "short");
        let cut = fitting("😀".repeat(MAX_CELL));
        assert!(cut.encode_utf16().count() <= MAX_CELL && cut.ends_with("no more)"));
    }
}
