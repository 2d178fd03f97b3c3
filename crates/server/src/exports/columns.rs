//! The columns of a file, as far as its author may see.

use super::record::Record;
use crate::calls::visibility::Visibility;
use chrono_tz::Tz;
use serde_json::{Value, json};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
}

impl Cell {
    fn text(text: Option<&str>) -> Self {
        text.filter(|text| !text.is_empty())
            .map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }
}

/// One column: its head, its name in JSON, its content.
pub struct Column {
    pub head: String,
    pub name: &'static str,
    read: Box<dyn Fn(&Record) -> Cell + Send + Sync>,
}

/// The columns that `visibility` opens. Times stand on the organization's clock, which the head names.
pub fn columns(visibility: Visibility, transcripts: bool, zone: Tz) -> Vec<Column> {
    let mut all = Vec::new();
    let mut add = |name, head: &str, read: fn(&Record) -> Cell| {
        all.push(Column {
            head: head.to_owned(),
            name,
            read: Box::new(read),
        });
    };
    add("id", "Call", |r| Cell::Text(r.call.id.to_string()));
    add("conversation_id", "Conversation", |r| {
        Cell::Text(r.call.conversation_id.clone())
    });
    add("agent", "Agent", |r| Cell::Text(r.call.agent.name.clone()));
    add("direction", "Direction", |r| {
        Cell::Text(r.call.direction.as_str().to_owned())
    });
    // Masked where numbers may not be seen, as in the log.
    add("caller", "Caller", |r| Cell::text(r.call.counterpart.as_deref()));
    add("agent_number", "Agent's number", |r| {
        Cell::text(r.more.agent_number.as_deref())
    });
    add("status", "Status", |r| {
        Cell::Text(r.call.status.as_str().to_owned())
    });
    add("outcome", "Outcome", |r| {
        Cell::Text(r.call.outcome.as_str().to_owned())
    });
    add("seconds", "Length in seconds", |r| {
        Cell::Number(f64::from(r.call.duration_seconds))
    });
    add("messages", "Messages", |r| {
        Cell::Number(f64::from(r.call.message_count))
    });
    add("language", "Language", |r| Cell::text(r.call.language.as_deref()));
    add("ended_because", "Ended because", |r| {
        Cell::text(r.more.termination_reason.as_deref())
    });
    add("error", "Error", |r| Cell::text(r.more.error.as_deref()));
    add("caller_rating", "Rating by the caller", |r| {
        r.more
            .rating
            .map_or(Cell::Empty, |rating| Cell::Number(f64::from(rating)))
    });
    add("recording", "Recording", |r| {
        Cell::Text(r.call.recording.as_str().to_owned())
    });
    add("tags", "Tags", |r| {
        let names: Vec<&str> = r.call.work.tags.iter().map(|tag| tag.name.as_str()).collect();
        Cell::text(Some(&names.join(", ")))
    });
    add("assignee", "Looked after by", |r| {
        Cell::text(r.call.work.assignee.as_ref().map(|member| member.name.as_str()))
    });
    add("disposition", "Disposition", |r| {
        Cell::text(r.call.work.disposition.as_ref().map(|d| d.name.as_str()))
    });
    add("rating", "Rating", |r| {
        r.call
            .work
            .rating
            .map_or(Cell::Empty, |rating| Cell::Number(f64::from(rating)))
    });
    if visibility.transcript {
        add("title", "Title", |r| Cell::text(r.call.title.as_deref()));
        add("summary", "Summary", |r| Cell::text(r.more.summary.as_deref()));
    }
    if visibility.analysis {
        add("evaluation", "Evaluation", |r| json_cell(&r.more.evaluation));
        add("collected", "Collected data", |r| json_cell(&r.more.collected));
    }
    if visibility.cost {
        add("cost_usd", "Cost in USD", |r| {
            // Costs lie far below 2^53 of either unit.
            let micros = r.call.cost.and_then(|cost| cost.usd_micros);
            micros.map_or(Cell::Empty, |micros| Cell::Number(micros as f64 / 1_000_000.0))
        });
        add("cost_credits", "Cost in credits", |r| {
            let credits = r.call.cost.and_then(|cost| cost.credits);
            credits.map_or(Cell::Empty, |credits| Cell::Number(credits as f64))
        });
    }
    if transcripts && visibility.transcript {
        add("transcript", "Transcript", |r| Cell::text(said(r).as_deref()));
    }
    all.insert(
        2,
        Column {
            head: format!("Started ({zone})"),
            name: "started_at",
            read: Box::new(move |r| {
                let at = r.call.started_at.with_timezone(&zone);
                Cell::Text(at.format("%Y-%m-%d %H:%M:%S").to_string())
            }),
        },
    );
    all
}

fn json_cell(value: &Value) -> Cell {
    match value.as_array() {
        Some(list) if list.is_empty() => Cell::Empty,
        None if value.is_null() => Cell::Empty,
        _ => Cell::Text(value.to_string()),
    }
}

/// One turn a line.
fn said(record: &Record) -> Option<String> {
    let turns = record.transcript.as_ref()?;
    let lines: Vec<String> = turns
        .iter()
        .filter_map(|turn| {
            let words = turn.message.as_deref()?;
            Some(format!("{}: {}", turn.speaker.label(), words))
        })
        .collect();
    Some(lines.join("\n"))
}

/// The cells of a record.
pub fn cells(columns: &[Column], record: &Record) -> Vec<Cell> {
    columns.iter().map(|column| (column.read)(record)).collect()
}

/// A record as an object: times with their offset, lists as lists.
pub fn object(columns: &[Column], record: &Record, zone: Tz) -> Value {
    let mut object = serde_json::Map::new();
    for column in columns {
        let value = match column.name {
            "started_at" => json!(record.call.started_at.with_timezone(&zone).to_rfc3339()),
            "tags" => record.call.work.tags.iter().map(|tag| json!(tag.name)).collect(),
            "evaluation" => record.more.evaluation.clone(),
            "collected" => record.more.collected.clone(),
            "transcript" => json!(record.transcript),
            _ => match (column.read)(record) {
                Cell::Empty => Value::Null,
                Cell::Text(text) => Value::String(text),
                Cell::Number(number) if number.fract() == 0.0 => {
                    let whole = number as i64;
                    json!(whole)
                }
                Cell::Number(number) => json!(number),
            },
        };
        object.insert(column.name.to_owned(), value);
    }
    Value::Object(object)
}
