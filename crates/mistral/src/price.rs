//! What tokens cost. The API names no price, so these are the list prices of November 2026, in thousandths of a US dollar
//! per million tokens, as gathered from public price lists; an operator with another contract sets his own.

use crate::chat::Usage;

/// Thousandths of a US dollar per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub input: u64,
    pub output: u64,
}

/// By the beginning of the model's name; the first that fits counts.
const LIST: [(&str, Price); 5] = [
    ("ministral-3b", both(100)),
    ("ministral-8b", both(150)),
    ("ministral-14b", both(200)),
    (
        "mistral-small",
        Price {
            input: 150,
            output: 600,
        },
    ),
    (
        "mistral-medium",
        Price {
            input: 1_500,
            output: 7_500,
        },
    ),
];

const fn both(price: u64) -> Price {
    Price {
        input: price,
        output: price,
    }
}

impl Price {
    /// Of a model; `None` where we do not know it.
    pub fn of(model: &str) -> Option<Self> {
        LIST.iter()
            .find(|(name, _)| model.starts_with(name))
            .map(|(_, price)| *price)
    }

    /// Millionths of a US dollar, rounded up: a summary that costs something never shows as free.
    pub fn usd_micros(self, usage: Usage) -> i64 {
        // thousandths of a dollar per million tokens = billionths of a dollar per token
        let nanos =
            u64::from(usage.prompt_tokens) * self.input + u64::from(usage.completion_tokens) * self.output;
        i64::try_from(nanos.div_ceil(1_000)).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_become_millionths_of_a_dollar() {
        let price = Price::of("ministral-8b-latest").unwrap();
        let usage = Usage {
            prompt_tokens: 1_000_000,
            completion_tokens: 0,
        };
        assert_eq!(price.usd_micros(usage), 150_000);
        let few = Usage {
            prompt_tokens: 1,
            completion_tokens: 1,
        };
        assert_eq!(price.usd_micros(few), 1);
        assert_eq!(Price::of("gpt-x"), None);
    }
}
