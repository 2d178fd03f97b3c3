//! Numbers, money and times as people read them. Money and counts come as whole numbers; nothing
//! here computes with them.

mod duration;
pub mod hundredths;
mod intl;
mod money;
mod number;
mod phone;
mod time;

pub use duration::{clock, duration, minutes, seconds};
pub use money::usd_micros;
pub use number::{decimal, fixed, integer, percent, signed_percent};
pub use phone::phone;
pub use time::{date_time, day, exact, now_ms, relative, short_day, time_of_day, today_in};
