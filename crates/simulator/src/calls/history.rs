//! Past calls. They belong to calendar days rather than to "now", so that a stand-in restarted tomorrow still knows
//! yesterday's calls under the same ids and has some new ones.

use std::sync::Arc;

use super::Profile;
use super::plan::{Call, Wishes};
use crate::catalogue::Catalogue;
use crate::rng::{Rng, mix};

const DAY: i64 = 86_400;
/// How far back the history reaches, in days.
pub const DAYS: i64 = 90;
/// Sunday first: businesses are called on working days.
const WEEKDAYS: [f64; 7] = [0.28, 1.35, 1.25, 1.2, 1.2, 1.15, 0.57];
/// Share of a day's calls by hour (UTC): most in European office hours, a second hump for America.
const HOURS: [f64; 24] = [
    0.4, 0.2, 0.1, 0.1, 0.2, 0.6, 2.0, 5.5, 8.5, 9.0, 8.0, 6.0, 6.5, 8.0, 8.5, 7.5, 6.0, 4.5, 3.5, 2.5, 1.8,
    1.2, 0.8, 0.6,
];

/// Exactly `count` calls that began before `now`, newest last, spread over the last [`DAYS`] days.
pub fn past(
    seed: u64,
    count: usize,
    now: i64,
    profiles: &[Arc<Profile>],
    catalogue: &Catalogue,
) -> Vec<Arc<Call>> {
    if profiles.is_empty() {
        return Vec::new();
    }
    // A little more than needed, because today is not over; the oldest surplus is cut off.
    let per_day = count as f64 * 1.06 / DAYS as f64;
    let today = now.div_euclid(DAY);
    let mut starts = Vec::new();
    for day in (today - DAYS + 1)..=today {
        let mut rng = Rng::new(mix(&[seed, 2, day.unsigned_abs()]));
        let weekday = usize::try_from((day + 4).rem_euclid(7)).unwrap_or(0);
        let wanted =
            per_day * WEEKDAYS.get(weekday).copied().unwrap_or(1.0) * rng.between(0.85, 1.15) + rng.unit();
        for index in 0..wanted as u64 {
            push_start(&mut starts, seed, day, index, now);
        }
    }
    for index in 0.. {
        if starts.len() >= count {
            break;
        }
        // Quiet seeds fall short of the number asked for: more calls on the days that are over.
        push_start(
            &mut starts,
            seed,
            today - 1 - index % (DAYS - 2),
            100_000 + index.unsigned_abs(),
            now,
        );
    }
    starts.sort_unstable();
    let surplus = starts.len() - count;
    starts.drain(..surplus);
    starts
        .into_iter()
        .map(|(start, seed)| plan(seed, start, profiles, catalogue))
        .collect()
}

/// `count` more calls of the same period, for load: numbered by `batch` so that asking twice gives different ones.
pub fn bulk(
    seed: u64,
    batch: u64,
    count: usize,
    now: i64,
    profiles: &[Arc<Profile>],
    catalogue: &Catalogue,
) -> Vec<Arc<Call>> {
    (0..count as u64)
        .filter(|_| !profiles.is_empty())
        .map(|index| {
            let seed = mix(&[seed, 3, batch, index]);
            let start = now - 3_600 - Rng::new(mix(&[seed, 4])).below((DAYS * DAY) as usize) as i64;
            plan(seed, start, profiles, catalogue)
        })
        .collect()
}

fn push_start(starts: &mut Vec<(i64, u64)>, seed: u64, day: i64, index: u64, now: i64) {
    let seed = mix(&[seed, 5, day.unsigned_abs(), index]);
    let mut rng = Rng::new(mix(&[seed, 6]));
    let hour = rng.weighted(&HOURS) as i64;
    let start = day * DAY + hour * 3_600 + rng.below(3_600) as i64;
    // A call of ten minutes must be over by now.
    if start < now - 600 {
        starts.push((start, seed));
    }
}

fn plan(seed: u64, start: i64, profiles: &[Arc<Profile>], catalogue: &Catalogue) -> Arc<Call> {
    let mut rng = Rng::new(mix(&[seed, 7]));
    // Some agents are busier than others.
    let index = rng.below(profiles.len()).min(rng.below(profiles.len() + 3));
    let profile = profiles.get(index).or_else(|| profiles.first()).cloned();
    let profile = profile.unwrap_or_else(|| unreachable!("callers check that there are profiles"));
    Arc::new(Call::plan(seed, start, profile, catalogue, &Wishes::default()))
}
