//! What the catalogue shows: made up, the same at every look.

use shared::call::{Speaker, ToolUse, Turn};

use crate::ui::{Bar, Tone};

/// A wavy figure over thirty days.
pub(super) fn course() -> Vec<f64> {
    (0..30)
        .map(|i| 20.0 + 9.0 * (f64::from(i) * 0.9).sin() + f64::from(i) * 0.6)
        .collect()
}

pub(super) fn bars() -> Vec<Bar> {
    let bar = |(i, value): (usize, f64)| Bar {
        label: format!("{} Nov", i + 1),
        detail: format!("{} Nov · {value:.0} calls", i + 1),
        value: value.round(),
        rate: (i != 11).then(|| 0.78 + 0.1 * (i as f64 * 0.7).cos()),
    };
    course().into_iter().enumerate().map(bar).collect()
}

pub(super) fn row(i: usize) -> (&'static str, Tone, &'static str) {
    const ROWS: [(&str, Tone, &str); 4] = [
        ("Front desk", Tone::Good, "In progress"),
        (
            "Terminvereinbarung Zahnarztpraxis am Rathausplatz",
            Tone::Plain,
            "Completed",
        ),
        ("Night line", Tone::Plain, "Completed"),
        ("Recall campaign", Tone::Bad, "Failed"),
    ];
    ROWS.into_iter().cycle().nth(i).unwrap_or_default()
}

pub(super) fn turns() -> Vec<Turn> {
    let turn = |position, speaker, at_seconds, message: &str| Turn {
        position,
        speaker,
        message: Some(message.to_owned()),
        at_seconds,
        interrupted: position == 2,
        tools: Vec::new(),
    };
    let tool = ToolUse {
        name: "find_free_slots".to_owned(),
        parameters: Some(r#"{"day":"2026-11-24","length_minutes":30}"#.to_owned()),
        result: Some(r#"{"slots":["09:30","11:00"]}"#.to_owned()),
        failed: false,
        latency_seconds: Some(0.84),
    };
    vec![
        turn(
            0,
            Speaker::Agent,
            0.0,
            "Good morning, Northwind Dental, this is Ada. How can I help you?",
        ),
        turn(
            1,
            Speaker::Caller,
            4.2,
            "Hi, I need to move my appointment on Tuesday.",
        ),
        turn(
            2,
            Speaker::Agent,
            8.9,
            "Of course. Let me look at what is free that day.",
        ),
        Turn {
            message: None,
            tools: vec![tool],
            ..turn(3, Speaker::Agent, 12.0, "")
        },
        turn(
            4,
            Speaker::Agent,
            14.6,
            "I have half past nine or eleven. Which suits you?",
        ),
        turn(
            5,
            Speaker::Caller,
            19.3,
            "أحتاج إلى موعد في الحادية عشرة من فضلك.",
        ),
        turn(
            6,
            Speaker::Agent,
            23.0,
            "Eleven it is. You will get a message with the new time.",
        ),
    ]
}

pub(super) fn peaks() -> Vec<f32> {
    (0..400_u16)
        .map(|i| {
            let t = f32::from(i);
            ((t * 0.043).sin() * (t * 0.31).sin() * (t * 1.7).cos()).abs()
        })
        .collect()
}
