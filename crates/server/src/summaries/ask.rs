//! Asking, and asking once more when the answer is not what was asked for.

use super::prompt::{self, Instructions};
use super::reply;
use super::transcript::Transcript;
use mistral::chat::{Completion, Message, Role, Usage};
use shared::summary::Summary;

/// Answers that are asked for at most, the first included.
const MOST: usize = 2;
/// Tokens of an answer; a good one has some two hundred.
const ANSWER_TOKENS: u32 = 1_500;
/// Of a wrong answer, what the model is shown of it.
const SHOWN_BACK: usize = 4_000;

/// A summary and what it took.
#[derive(Debug)]
pub struct Asked {
    pub summary: Summary,
    pub spent: Spent,
}

/// What was used, wrong answers included.
#[derive(Clone, Debug, Default)]
pub struct Spent {
    /// Who answered; empty where nobody did.
    pub model: String,
    pub usage: Usage,
}

/// Why there is no summary.
#[derive(Debug)]
pub enum AskError {
    Api {
        error: mistral::Error,
        spent: Spent,
    },
    /// Answered, but never in the shape that was asked for.
    OffSchema {
        reason: String,
        spent: Spent,
    },
}

/// # Errors
/// [`AskError`].
pub async fn ask(
    client: &mistral::Client,
    model: &str,
    instructions: &Instructions,
    transcript: &Transcript,
) -> Result<Asked, AskError> {
    let mut messages = instructions.messages(transcript);
    let mut spent = Spent::default();
    let mut reason = String::new();
    for _ in 0..MOST {
        let completion = Completion {
            model: model.to_owned(),
            messages: messages.clone(),
            max_tokens: ANSWER_TOKENS,
            temperature: 0.2,
            schema: Some(prompt::schema()),
        };
        let answer = match client.complete(&completion).await {
            Ok(answer) => answer,
            // It answered with something, as one with a wrong shape does.
            Err(mistral::Error::Unreadable(why)) => {
                reason = why;
                continue;
            }
            Err(error) => return Err(AskError::Api { error, spent }),
        };
        spent.usage.prompt_tokens = spent
            .usage
            .prompt_tokens
            .saturating_add(answer.usage.prompt_tokens);
        spent.usage.completion_tokens = spent
            .usage
            .completion_tokens
            .saturating_add(answer.usage.completion_tokens);
        spent.model.clone_from(&answer.model);
        match reply::read(&answer) {
            Ok(summary) => return Ok(Asked { summary, spent }),
            Err(wrong) => reason = wrong,
        }
        messages.truncate(2);
        messages.push(Message {
            role: Role::Assistant,
            content: Some(answer.text.chars().take(SHOWN_BACK).collect::<String>())
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| "…".to_owned()),
        });
        messages.push(Message {
            role: Role::User,
            content: format!("{} {reason}", prompt::AGAIN),
        });
    }
    Err(AskError::OffSchema { reason, spent })
}
