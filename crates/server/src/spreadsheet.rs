//! Cells that a spreadsheet takes as what they are.

/// A text that a spreadsheet would take for a formula begins with an apostrophe instead.
pub fn harmless(cell: &str) -> String {
    // The wide forms are taken for the plain ones where a spreadsheet's language is Chinese or Japanese.
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in [
            "=HYPERLINK(\"x\")",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
        ] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["connection.created", "", "a=b", "1-2"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
