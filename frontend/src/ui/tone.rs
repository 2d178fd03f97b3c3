//! Status hues. They never carry meaning alone: a word or an icon stands beside.

/// What a colour says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    Brand,
    Good,
    Warn,
    Bad,
    Info,
}

impl Tone {
    /// The class that sets `--tone`.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "tone-plain",
            Self::Brand => "tone-brand",
            Self::Good => "tone-good",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
            Self::Info => "tone-info",
        }
    }
}
