//! A browser WebSocket that is closed, and silent, once it is dropped.

use leptos::prelude::window;
use leptos::web_sys::{CloseEvent, MessageEvent, WebSocket};
use shared::live::{LiveCommand, LiveMessage};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

pub(super) struct Socket {
    socket: WebSocket,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// `on_close` gets the close code; it is also called when the socket could not be opened at all.
    pub fn open(
        on_message: impl Fn(LiveMessage) + 'static,
        on_close: impl Fn(u16) + 'static,
    ) -> Option<Self> {
        let socket = WebSocket::new(&address()?).ok()?;
        let on_message = Closure::new(move |event: MessageEvent| {
            let Some(text) = event.data().as_string() else {
                return;
            };
            match super::read::message(&text) {
                Ok(message) => on_message(message),
                // A newer server may tell more than this build knows.
                Err(error) => leptos::logging::warn!("live message left out: {error}"),
            }
        });
        let on_close = Closure::new(move |event: CloseEvent| on_close(event.code()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self {
            socket,
            _on_message: on_message,
            _on_close: on_close,
        })
    }

    pub fn send(&self, command: &LiveCommand) {
        if let Ok(text) = serde_json::to_string(command) {
            // Fails only while connecting or after the end, which `on_close` tells.
            _ = self.socket.send_with_str(&text);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Fails only for codes that are not allowed; none is given.
        _ = self.socket.close();
    }
}

/// On the page's own host, so that the session cookie goes along.
fn address() -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" {
        "wss"
    } else {
        "ws"
    };
    Some(format!("{scheme}://{}/api/live", location.host().ok()?))
}
