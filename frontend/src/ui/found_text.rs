//! A text with the found words marked.

use leptos::prelude::*;
use shared::call_search::Piece;

/// The pieces as text nodes and marks: what was said is never read as HTML.
pub fn found_text(pieces: Vec<Piece>) -> AnyView {
    pieces
        .into_iter()
        .map(|piece| match piece.found {
            true => view! { <mark class="found">{piece.text}</mark> }.into_any(),
            false => piece.text.into_any(),
        })
        .collect_view()
        .into_any()
}
