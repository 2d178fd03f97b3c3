//! What the stand-in knows by heart: scenarios in five languages, agents, voices, analysis texts.
//!
//! `beat` parses one line of a scenario file, `speech` the recordings.

mod beat;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

pub use beat::{Beat, Role, When};

/// An asset that was shipped with the program does not parse.
#[derive(Debug, thiserror::Error)]
#[error("the shipped file {file} does not parse: {reason}")]
pub struct AssetError {
    /// Name below `assets/`.
    pub file: &'static str,
    /// What the parser said.
    pub reason: String,
}

/// One language's grammar.
#[derive(Debug, Deserialize)]
pub struct Language {
    /// Two-letter code.
    pub language: String,
    /// Words that fill `{placeholders}`.
    pub slots: BTreeMap<String, Vec<String>>,
    /// Passages that fit into any scenario (`unclear`, `robot`, `hold`) or end it (`success`, `failure`).
    pub any: BTreeMap<String, Vec<Beat>>,
    /// Scenarios by name.
    pub scenarios: BTreeMap<String, Scenario>,
}

/// One kind of call.
#[derive(Debug, Deserialize)]
pub struct Scenario {
    /// Short name of the subject, for data collection.
    pub topic: String,
    /// Templates for the title.
    pub titles: Vec<String>,
    /// Templates for the summary of a call that went well.
    pub success: Vec<String>,
    /// Templates for the summary of a call that did not.
    pub failure: Vec<String>,
    /// What is said, in order.
    pub beats: Vec<Beat>,
}

/// A seeded agent, before the vendor's defaults are laid under it.
#[derive(Debug, Clone, Deserialize)]
pub struct AgentSeed {
    pub id: String,
    pub name: String,
    pub language: String,
    pub voice: String,
    pub llm: String,
    pub scenarios: Vec<String>,
    pub phone: String,
    /// Share of calls that the agent dials itself.
    pub outbound: f64,
    pub monitoring: bool,
    pub tags: Vec<String>,
    pub first_message: String,
    pub prompt: String,
}

/// A premade voice.
#[derive(Debug, Clone, Deserialize)]
pub struct VoiceSeed {
    pub voice_id: String,
    pub name: String,
    pub gender: String,
    pub accent: String,
    pub language: String,
    pub description: String,
}

/// Names and rationales of the post-call analysis, by language.
#[derive(Debug, Deserialize)]
pub struct AnalysisTexts {
    pub criteria: BTreeMap<String, BTreeMap<String, String>>,
    pub rationale: BTreeMap<String, Vec<String>>,
    pub collection: Map<String, Value>,
    /// Title and summary of a call in which nobody spoke.
    pub short: BTreeMap<String, (String, String)>,
    /// Title and summary of a call that reached a mailbox.
    pub voicemail: BTreeMap<String, (String, String)>,
}

/// Everything above, parsed once.
#[derive(Debug)]
pub struct Catalogue {
    pub languages: BTreeMap<String, Language>,
    pub agents: Vec<AgentSeed>,
    pub voices: Vec<VoiceSeed>,
    pub analysis: AnalysisTexts,
    /// The vendor's defaults of an agent, laid under every configuration.
    pub agent_defaults: Value,
}

const SCENARIOS: [(&str, &str); 5] = [
    (
        "scenarios/en.json",
        include_str!("../../assets/scenarios/en.json"),
    ),
    (
        "scenarios/de.json",
        include_str!("../../assets/scenarios/de.json"),
    ),
    (
        "scenarios/es.json",
        include_str!("../../assets/scenarios/es.json"),
    ),
    (
        "scenarios/fr.json",
        include_str!("../../assets/scenarios/fr.json"),
    ),
    (
        "scenarios/pt.json",
        include_str!("../../assets/scenarios/pt.json"),
    ),
];

impl Catalogue {
    /// Parses the shipped files.
    ///
    /// # Errors
    /// Names the first file that does not parse; only a broken build can cause it.
    pub fn load() -> Result<Self, AssetError> {
        let mut languages = BTreeMap::new();
        for (file, text) in SCENARIOS {
            let language: Language = parse(file, text)?;
            languages.insert(language.language.clone(), language);
        }
        Ok(Self {
            languages,
            agents: parse("agents.json", include_str!("../../assets/agents.json"))?,
            voices: parse("voices.json", include_str!("../../assets/voices.json"))?,
            analysis: parse("analysis.json", include_str!("../../assets/analysis.json"))?,
            agent_defaults: parse(
                "agent_defaults.json",
                include_str!("../../assets/agent_defaults.json"),
            )?,
        })
    }

    /// The grammar of `code` (`pt-br` speaks `pt`), English where the language is not spoken here.
    pub fn language(&self, code: &str) -> Option<&Language> {
        let short = code.split('-').next().unwrap_or(code);
        self.languages.get(short).or_else(|| self.languages.get("en"))
    }
}

fn parse<T: for<'de> Deserialize<'de>>(file: &'static str, text: &str) -> Result<T, AssetError> {
    serde_json::from_str(text).map_err(|error| AssetError {
        file,
        reason: error.to_string(),
    })
}
