//! Words that tell something: how people feel, what they promise, what says nothing.

/// Sentences in the languages of the catalogue: `{0}` what the caller wanted, `{1}` how it ended.
pub fn frame(language: &str) -> [&'static str; 2] {
    match language {
        "de" => ["Der Anrufer sagte: „{0}“", "Am Ende hieß es: „{1}“"],
        "es" => ["La persona que llamó dijo: «{0}»", "Al final se dijo: «{1}»"],
        "fr" => ["La personne a dit : « {0} »", "À la fin : « {1} »"],
        "pt" => ["Quem ligou disse: «{0}»", "No fim: «{1}»"],
        _ => ["The caller said: “{0}”", "It ended with: “{1}”"],
    }
}

pub const GOOD: [&str; 12] = [
    "thank",
    "great",
    "perfect",
    "wonderful",
    "lovely",
    "danke",
    "prima",
    "perfekt",
    "gracias",
    "perfecto",
    "merci",
    "obrigad",
];

pub const BAD: [&str; 14] = [
    "angry",
    "complain",
    "refund",
    "terrible",
    "broken",
    "wrong",
    "late",
    "unacceptable",
    "beschwer",
    "kaputt",
    "falsch",
    "queja",
    "reembolso",
    "remboursement",
];

pub const PROMISES: [&str; 16] = [
    "i will",
    "i'll",
    "we will",
    "we'll",
    "you will receive",
    "you'll receive",
    "let me",
    "ich werde",
    "wir werden",
    "ich schicke",
    "voy a",
    "le enviaré",
    "vamos a",
    "je vais",
    "nous allons",
    "vou ",
];

/// Long, and still saying nothing.
pub const EMPTY: [&str; 20] = [
    "please",
    "thanks",
    "thank",
    "could",
    "would",
    "should",
    "there",
    "their",
    "about",
    "because",
    "something",
    "anything",
    "really",
    "actually",
    "morning",
    "calling",
    "looking",
    "hello",
    "everything",
    "können",
];
