//! The agency's single colour, made into what the interface needs of it in both themes.
//!
//! Only its lightness moves, until text on it and text of it pass 4.5:1.

use leptos::prelude::*;

/// Lightness of the panels that coloured text stands on (tokens `n2`).
const PANEL_LIGHT: Oklch = Oklch {
    l: 1.0,
    c: 0.0,
    h: 0.0,
};
const PANEL_DARK: Oklch = Oklch {
    l: 0.198,
    c: 0.009,
    h: 250.0,
};
/// What WCAG asks of text, and a little more for rounding.
const CONTRAST: f64 = 4.6;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Oklch {
    l: f64,
    c: f64,
    h: f64,
}

/// CSS colours for both themes.
#[derive(Clone, Debug, PartialEq)]
pub struct Brand {
    variables: [(&'static str, String); 6],
}

impl Brand {
    /// From `#rrggbb`; `None` when it is none.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let base = Oklch::from_hex(hex)?;
        let white = Oklch {
            l: 1.0,
            c: 0.0,
            h: 0.0,
        };
        let solid = base.darkened_against(white);
        let solid_dark = Oklch {
            l: solid.l.max(0.42),
            ..solid
        };
        let text_light = base.darkened_against(PANEL_LIGHT);
        let text_dark = base.lightened_against(PANEL_DARK);
        Some(Self {
            variables: [
                ("--brand-light", solid.css()),
                ("--brand-dark", solid_dark.css()),
                ("--brand-text-light", text_light.css()),
                ("--brand-text-dark", text_dark.css()),
                ("--brand-on-light", white.css()),
                ("--brand-on-dark", white.css()),
            ],
        })
    }
}

/// Recolours the interface at once.
pub fn apply_brand(brand: &Brand) {
    use wasm_bindgen::JsCast;
    let root = document()
        .document_element()
        .and_then(|root| root.dyn_into::<leptos::web_sys::HtmlElement>().ok());
    if let Some(root) = root {
        for (name, value) in &brand.variables {
            // Fails only for an element that can not be styled.
            _ = root.style().set_property(name, value);
        }
    }
}

impl Oklch {
    fn from_hex(hex: &str) -> Option<Self> {
        let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        let channel = |shift: u32| {
            let value = f64::from(number >> shift & 0xff) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        let (r, g, b) = (channel(16), channel(8), channel(0));
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
        let lightness = 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s;
        Some(Self {
            l: lightness,
            c: a.hypot(b),
            h: b.atan2(a).to_degrees().rem_euclid(360.0),
        })
    }

    /// Relative luminance, channels clamped as a screen clamps them.
    fn luminance(self) -> f64 {
        let (a, b) = (
            self.c * self.h.to_radians().cos(),
            self.c * self.h.to_radians().sin(),
        );
        let l = (self.l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.l - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        let red = 4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s;
        let green = -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s;
        let blue = -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s;
        0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
    }

    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn darkened_against(self, ground: Self) -> Self {
        self.moved(-0.005, ground)
    }

    fn lightened_against(self, ground: Self) -> Self {
        self.moved(0.005, ground)
    }

    fn moved(mut self, step: f64, ground: Self) -> Self {
        while self.contrast(ground) < CONTRAST && (0.0..=1.0).contains(&(self.l + step)) {
            self.l += step;
        }
        self
    }

    fn css(self) -> String {
        format!("oklch({:.3} {:.3} {:.1})", self.l, self.c, self.h)
    }
}

#[cfg(test)]
mod tests {
    use super::{Brand, Oklch, PANEL_DARK, PANEL_LIGHT};

    const COLOURS: [&str; 8] = [
        "#ffe600", "#00ff88", "#ff0000", "#1a1aff", "#000000", "#ffffff", "#7a7a7a", "#0b6e8f",
    ];

    #[test]
    fn text_passes_contrast_for_every_brand_colour() {
        for hex in COLOURS {
            let base = Oklch::from_hex(hex).unwrap();
            assert!(
                base.darkened_against(PANEL_LIGHT).contrast(PANEL_LIGHT) >= 4.5,
                "{hex}"
            );
            assert!(
                base.lightened_against(PANEL_DARK).contrast(PANEL_DARK) >= 4.5,
                "{hex}"
            );
        }
    }

    #[test]
    fn a_colour_that_passes_stays_as_it_is() {
        let base = Oklch::from_hex("#0b6e8f").unwrap();
        assert_eq!(base.darkened_against(PANEL_LIGHT), base);
    }

    #[test]
    fn known_colours_convert() {
        let red = Oklch::from_hex("#ff0000").unwrap();
        assert!(
            (red.l - 0.628).abs() < 0.001 && (red.c - 0.2577).abs() < 0.001 && (red.h - 29.23).abs() < 0.1
        );
        assert!((red.luminance() - 0.2126).abs() < 0.001);
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        assert_eq!(Brand::from_hex("red"), None);
        assert_eq!(Brand::from_hex("#12345"), None);
        assert!(Brand::from_hex("#123456").is_some());
    }
}
