//! One colour, made into a light and a dark palette that can be read.
//!
//! The lightness moves, and as little as it must, until every pair of colours that stand on one another passes. All of it is
//! measured on the bytes that a screen gets, so that what is promised here holds in every browser.

mod oklch;
mod rgb;

pub use rgb::Rgb;

use oklch::Oklch;

/// What WCAG asks of text.
pub const TEXT: f64 = 4.5;
/// What it asks of the edge of something that is pressed.
pub const EDGE: f64 = 3.0;
/// Lightness moves in these steps.
const STEP: f64 = 0.004;
/// From this lightness on a colour carries dark text on dark ground, where it shines by itself.
const BRIGHT: f64 = 0.72;

const WHITE: Rgb = Rgb(255, 255, 255);
const INK: Rgb = Rgb(17, 20, 26);

/// What coloured things stand on: page, panel, hovered and chosen rows (tokens `n1`, `n2`, `n3`, `n5`).
const LIGHT_GROUNDS: [Rgb; 4] = [Rgb(248, 250, 252), WHITE, Rgb(243, 245, 248), Rgb(226, 232, 238)];
const DARK_GROUNDS: [Rgb; 4] = [Rgb(12, 15, 18), Rgb(19, 22, 26), Rgb(26, 30, 34), Rgb(39, 44, 49)];

/// Colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Fills: buttons, switches, marks.
    pub solid: Rgb,
    /// The fill under the pointer.
    pub hover: Rgb,
    /// Text on either fill.
    pub on: Rgb,
    /// Coloured text, on every ground of the theme and on the tint.
    pub text: Rgb,
    /// A tinted panel.
    pub soft: Rgb,
}

/// Both themes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    pub light: Scheme,
    pub dark: Scheme,
}

/// A pair that somebody must be able to tell apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    pub what: &'static str,
    pub contrast: f64,
    pub wanted: f64,
}

impl Palette {
    /// From `#rrggbb`; `None` when it is none.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let base = Oklch::from(Rgb::from_hex(hex)?);
        Some(Self {
            light: light(base),
            dark: dark(base),
        })
    }

    /// Declarations of the CSS variables that web/styles/tokens.css reads.
    pub fn css(&self) -> String {
        let mut css = String::new();
        for (theme, scheme) in [("light", &self.light), ("dark", &self.dark)] {
            for (name, colour) in [
                ("brand", scheme.solid),
                ("brand-hover", scheme.hover),
                ("brand-on", scheme.on),
                ("brand-text", scheme.text),
                ("brand-soft", scheme.soft),
            ] {
                css += &format!("--{name}-{theme}:{};", colour.hex());
            }
        }
        css
    }
}

impl Scheme {
    /// Every pair, in the theme to which the scheme belongs.
    pub fn measured(&self, is_dark: bool) -> Vec<Measured> {
        let grounds = grounds(is_dark);
        let text = |what, one: Rgb, two: Rgb| Measured {
            what,
            contrast: one.contrast(two),
            wanted: TEXT,
        };
        let worst = grounds
            .iter()
            .map(|ground| self.text.contrast(*ground))
            .fold(f64::MAX, f64::min);
        vec![
            text("Text on buttons", self.on, self.solid),
            text("Text on buttons under the pointer", self.on, self.hover),
            Measured {
                what: "Coloured text",
                contrast: worst,
                wanted: TEXT,
            },
            text("Coloured text on its tint", self.text, self.soft),
            Measured {
                what: "Buttons on panels",
                contrast: self.solid.contrast(panel(is_dark)),
                wanted: EDGE,
            },
        ]
    }
}

fn grounds(is_dark: bool) -> [Rgb; 4] {
    if is_dark { DARK_GROUNDS } else { LIGHT_GROUNDS }
}

fn panel(is_dark: bool) -> Rgb {
    let [_, panel, _, _] = grounds(is_dark);
    panel
}

fn light(base: Oklch) -> Scheme {
    // White text needs a fill that is dark enough, and such a fill stands out from light panels by itself.
    let fill = base.moved(-STEP, |colour| colour.contrast(WHITE) >= TEXT);
    let solid = fill.rgb();
    let soft = panel(false).mixed(solid, 0.11);
    let readable = |colour: Rgb| {
        grounds(false)
            .iter()
            .chain([&soft])
            .all(|ground| colour.contrast(*ground) >= TEXT)
    };
    Scheme {
        solid,
        hover: fill.by(-0.045).rgb(),
        on: WHITE,
        text: base.moved(-STEP, readable).rgb(),
        soft,
    }
}

fn dark(base: Oklch) -> Scheme {
    let stands_out = |colour: Rgb| colour.contrast(panel(true)) >= EDGE;
    let (fill, hover, on) = if base.l >= BRIGHT {
        let fill = base.moved(STEP, |colour| stands_out(colour) && colour.contrast(INK) >= TEXT);
        (fill, fill.by(0.04), INK)
    } else {
        // Between what a dark panel and what white text ask for there is room, but not much: dark enough first, then as
        // light as it must be.
        let fill = base
            .moved(-STEP, |colour| colour.contrast(WHITE) >= TEXT)
            .moved(STEP, stands_out);
        (fill, fill.by(-0.04), WHITE)
    };
    let solid = fill.rgb();
    let soft = panel(true).mixed(solid, 0.11);
    let readable = |colour: Rgb| {
        grounds(true)
            .iter()
            .chain([&soft])
            .all(|ground| colour.contrast(*ground) >= TEXT)
    };
    Scheme {
        solid,
        hover: hover.rgb(),
        on,
        text: base.moved(STEP, readable).rgb(),
        soft,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assert_readable(hex: &str) {
        let palette = Palette::from_hex(hex).unwrap();
        for (is_dark, scheme) in [(false, palette.light), (true, palette.dark)] {
            for pair in scheme.measured(is_dark) {
                assert!(
                    pair.contrast >= pair.wanted,
                    "{hex}, dark {is_dark}: {} has {:.2}, wanted {}",
                    pair.what,
                    pair.contrast,
                    pair.wanted
                );
            }
        }
    }

    #[test]
    fn the_corners_of_the_cube_and_the_greys_are_readable() {
        for hex in [
            "#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff",
            "#7a7a7a", "#0b6e8f", "#ffe600", "#00ff88", "#1a1aff", "#777777",
        ] {
            assert_readable(hex);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn every_colour_becomes_a_readable_palette(red: u8, green: u8, blue: u8) {
            assert_readable(&Rgb(red, green, blue).hex());
        }
    }

    #[test]
    fn a_colour_that_passes_stays_as_it_is() {
        let palette = Palette::from_hex("#0b6e8f").unwrap();
        assert_eq!(palette.light.solid, Rgb(0x0b, 0x6e, 0x8f));
        let bright = Palette::from_hex("#ffd60a").unwrap();
        assert_eq!((bright.dark.solid, bright.dark.on), (Rgb(0xff, 0xd6, 0x0a), INK));
    }

    #[test]
    fn what_is_no_colour_has_no_palette() {
        for text in ["red", "#12345", "#1234567", "#+12345", ""] {
            assert_eq!(Palette::from_hex(text), None, "{text}");
        }
    }

    #[test]
    fn the_declarations_hold_nothing_but_variables_and_digits() {
        let css = Palette::from_hex("#0b6e8f").unwrap().css();
        assert_eq!(css.matches("--brand").count(), 10);
        assert!(css.contains("--brand-light:#0b6e8f;"), "{css}");
        assert!(
            css.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '#' | ':' | ';')),
            "{css}"
        );
    }
}
