//! The browser's own date formatting, which knows every time zone. Making a formatter is slow, so each
//! is made once.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

/// Day before month, 24 hours; the language of the interface is English for now.
const LOCALE: &str = "en-GB";

/// What is shown of a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Style {
    /// `22 Nov 2026, 14:05`
    DateTime,
    /// `Sunday, 22 November 2026, 14:05:09 CET`
    Exact,
    /// `22 Nov 2026`
    Day,
    /// `22 Nov`
    ShortDay,
    /// `14:05`
    Time,
    /// `2026-11-22`
    Iso,
}

impl Style {
    fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::DateTime => &[("dateStyle", "medium"), ("timeStyle", "short")],
            Self::Exact => &[("dateStyle", "full"), ("timeStyle", "long")],
            Self::Day => &[("dateStyle", "medium")],
            Self::ShortDay => &[("day", "numeric"), ("month", "short")],
            Self::Time => &[("timeStyle", "short")],
            Self::Iso => &[("dateStyle", "short")],
        }
    }

    /// Swedish dates are ISO dates.
    fn locale(self) -> &'static str {
        if self == Self::Iso { "sv-SE" } else { LOCALE }
    }
}

thread_local! {
    static FORMATS: RefCell<HashMap<(Style, String), Function>> = RefCell::new(HashMap::new());
}

/// `epoch_ms` in the IANA `zone`, which must be one that the browser knows.
pub(super) fn format(style: Style, zone: &str, epoch_ms: f64) -> String {
    FORMATS.with_borrow_mut(|formats| {
        let format = formats
            .entry((style, zone.to_owned()))
            .or_insert_with(|| make(style, zone));
        let text = format.call1(
            &JsValue::UNDEFINED,
            &js_sys::Date::new(&JsValue::from_f64(epoch_ms)),
        );
        text.ok().and_then(|text| text.as_string()).unwrap_or_default()
    })
}

fn make(style: Style, zone: &str) -> Function {
    let options = Object::new();
    let zone_option = [("timeZone", zone)];
    for (name, value) in style.options().iter().chain(&zone_option) {
        // A plain object takes every property.
        _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    Intl::DateTimeFormat::new(&Array::of1(&JsValue::from_str(style.locale())), &options).format()
}
