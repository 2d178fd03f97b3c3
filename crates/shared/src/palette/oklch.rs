//! Colours by lightness, chroma and hue, in which a step of lightness looks the same everywhere.

use super::rgb::Rgb;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Oklch {
    /// 0 black, 1 white.
    pub l: f64,
    c: f64,
    /// Degrees.
    h: f64,
    /// The bytes that it was made of, as long as nothing moved it.
    exact: Option<Rgb>,
}

impl From<Rgb> for Oklch {
    fn from(colour: Rgb) -> Self {
        let [r, g, b] = colour.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
        Self {
            l: 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            c: a.hypot(b),
            h: b.atan2(a).to_degrees().rem_euclid(360.0),
            exact: Some(colour),
        }
    }
}

impl Oklch {
    /// As a screen gets it: of what it can not show, the chroma is taken back, because a channel that is cut off changes the hue.
    pub(super) fn rgb(self) -> Rgb {
        if let Some(exact) = self.exact {
            return exact;
        }
        let (mut low, mut high) = (0.0, self.c);
        if fits(self.linear(self.c)) {
            low = self.c;
        } else {
            for _ in 0..12 {
                let middle = f64::midpoint(low, high);
                if fits(self.linear(middle)) {
                    low = middle
                } else {
                    high = middle
                }
            }
        }
        Rgb::from_linear(self.linear(low))
    }

    /// Lighter or darker by so much.
    pub(super) fn by(self, step: f64) -> Self {
        Self {
            l: (self.l + step).clamp(0.0, 1.0),
            exact: None,
            ..self
        }
    }

    /// Lighter or darker until it passes, or until there is no further.
    pub(super) fn moved(mut self, step: f64, passes: impl Fn(Rgb) -> bool) -> Self {
        while !passes(self.rgb()) {
            let next = self.by(step);
            if (next.l - self.l).abs() < f64::EPSILON {
                break;
            }
            self = next;
        }
        self
    }

    fn linear(self, chroma: f64) -> [f64; 3] {
        let (sin, cos) = self.h.to_radians().sin_cos();
        let (a, b) = (chroma * cos, chroma * sin);
        let l = (self.l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.l - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ]
    }
}

fn fits(linear: [f64; 3]) -> bool {
    linear
        .iter()
        .all(|channel| (-0.000_1..=1.000_1).contains(channel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours_convert() {
        let red = Oklch::from(Rgb(255, 0, 0));
        assert!(
            (red.l - 0.628).abs() < 0.001 && (red.c - 0.2577).abs() < 0.001 && (red.h - 29.23).abs() < 0.1
        );
    }
}
