//! The query of the conversation list: what is understood, what is refused, and which calls match.

use super::detail::success_of;
use super::{Call, Phase, analysis};
use crate::calls::script::Script;
use crate::catalogue::Catalogue;
use crate::http::error::{ApiError, FieldError};
use crate::http::query::Query;

/// Parsed filters; absent ones match everything.
#[derive(Debug, Default)]
pub struct Filter {
    agent_id: Option<String>,
    call_successful: Option<String>,
    before: Option<i64>,
    after: Option<i64>,
    duration_min: Option<i64>,
    duration_max: Option<i64>,
    rating_min: Option<i64>,
    rating_max: Option<i64>,
    user_id: Option<String>,
    search: Option<String>,
    source: Option<String>,
    branch_id: Option<String>,
    version_id: Option<String>,
    text_only: Option<bool>,
    has_feedback_comment: Option<bool>,
    main_languages: Vec<String>,
    exclude_statuses: Vec<String>,
    termination_reasons: Vec<String>,
    tool_names: Vec<String>,
    tool_names_successful: Vec<String>,
    tool_names_errored: Vec<String>,
    visited_agent_ids: Vec<String>,
    evaluation_params: Vec<String>,
}

impl Filter {
    /// # Errors
    /// 422 for a value of the wrong type or outside its enum, as FastAPI answers.
    pub fn parse(query: &Query) -> Result<Self, ApiError> {
        const STATUSES: [&str; 5] = ["initiated", "in-progress", "processing", "done", "failed"];
        let call_successful = query.one_of("call_successful", &["success", "failure", "unknown"])?;
        let exclude_statuses = query.all("exclude_statuses");
        if let Some(index) = exclude_statuses
            .iter()
            .position(|status| !STATUSES.contains(&status.as_str()))
        {
            let allowed = STATUSES.map(|status| format!("'{status}'")).join(", ");
            return Err(FieldError::new(
                &["query", "exclude_statuses", &index.to_string()],
                &format!("Input should be {allowed}"),
                "literal_error",
            )
            .into());
        }
        Ok(Self {
            agent_id: query.text("agent_id"),
            call_successful,
            before: query.int("call_start_before_unix")?,
            after: query.int("call_start_after_unix")?,
            duration_min: query.int("call_duration_min_secs")?,
            duration_max: query.int("call_duration_max_secs")?,
            rating_min: query.int_between("rating_min", 1, 5)?,
            rating_max: query.int_between("rating_max", 1, 5)?,
            user_id: query.text("user_id"),
            search: query.text("search").map(|words| words.to_lowercase()),
            source: query.text("conversation_initiation_source"),
            branch_id: query.text("branch_id"),
            version_id: query.text("version_id"),
            text_only: query.flag("text_only")?,
            has_feedback_comment: query.flag("has_feedback_comment")?,
            main_languages: query.all("main_languages"),
            exclude_statuses,
            termination_reasons: query.all("termination_reasons"),
            tool_names: query.all("tool_names"),
            tool_names_successful: query.all("tool_names_successful"),
            tool_names_errored: query.all("tool_names_errored"),
            visited_agent_ids: query.all("visited_agent_ids"),
            evaluation_params: query.all("evaluation_params"),
        })
    }

    /// Cheap tests first; the words of a call are written only when a filter asks for them.
    pub fn matches(&self, call: &Call, catalogue: &Catalogue) -> bool {
        let phase = call.progress.phase();
        let duration = if phase.is_live() { 0 } else { call.seconds() };
        let equal =
            |wanted: &Option<String>, have: &str| wanted.as_deref().is_none_or(|wanted| wanted == have);
        let listed =
            |wanted: &[String], have: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == have);
        equal(&self.agent_id, &call.profile.agent_id)
            && listed(&self.visited_agent_ids, &call.profile.agent_id)
            && self.before.is_none_or(|before| call.start < before)
            && self.after.is_none_or(|after| call.start > after)
            && self.duration_min.is_none_or(|least| duration >= least)
            && self.duration_max.is_none_or(|most| duration <= most)
            && !self
                .exclude_statuses
                .iter()
                .any(|status| status == phase.as_str())
            && equal(&self.call_successful, success_of(call))
            && equal(&self.source, call.channel.source())
            && equal(&self.branch_id, &call.profile.branch_id)
            && equal(&self.version_id, &call.profile.version_id)
            && self
                .user_id
                .as_ref()
                .is_none_or(|wanted| call.user_id.as_ref() == Some(wanted))
            && self
                .text_only
                .is_none_or(|wanted| call.profile.text_only == wanted)
            && listed(&self.main_languages, &call.language)
            && listed(&self.termination_reasons, super::detail::termination_reason(call))
            && self.feedback(call)
            && self.evaluations(call)
            && (phase == Phase::Initiated || phase == Phase::InProgress || self.words(call, catalogue))
    }

    fn feedback(&self, call: &Call) -> bool {
        if self.rating_min.is_none() && self.rating_max.is_none() && self.has_feedback_comment.is_none() {
            return true;
        }
        let feedback = crate::sync::lock(&call.feedback);
        let field = |key: &str| {
            feedback
                .as_ref()
                .and_then(|feedback| feedback.get(key))
                .cloned()
                .unwrap_or_default()
        };
        let rating = field("rating").as_i64();
        self.rating_min
            .is_none_or(|least| rating.is_some_and(|rating| rating >= least))
            && self
                .rating_max
                .is_none_or(|most| rating.is_some_and(|rating| rating <= most))
            && self
                .has_feedback_comment
                .is_none_or(|wanted| field("comment").is_string() == wanted)
    }

    fn evaluations(&self, call: &Call) -> bool {
        self.evaluation_params.iter().all(|param| {
            param.split_once(':').is_some_and(|(id, result)| {
                call.profile.criteria.iter().any(|(criterion, _)| criterion == id)
                    && analysis::criterion_result(call, id) == result
            })
        })
    }

    fn words(&self, call: &Call, catalogue: &Catalogue) -> bool {
        let about_tools = [
            &self.tool_names,
            &self.tool_names_successful,
            &self.tool_names_errored,
        ];
        if self.search.is_none() && about_tools.iter().all(|names| names.is_empty()) {
            return true;
        }
        let script = Script::write(call, catalogue);
        let used = |names: &[String], errored: Option<bool>| {
            names.is_empty()
                || script
                    .turns
                    .iter()
                    .filter_map(|turn| turn.tool.as_ref())
                    .any(|tool| {
                        names.contains(&tool.name) && errored.is_none_or(|errored| tool.is_error == errored)
                    })
        };
        let said = |words: &str| {
            script
                .turns
                .iter()
                .filter_map(|turn| turn.text.as_ref())
                .any(|text| text.to_lowercase().contains(words))
        };
        self.search.as_deref().is_none_or(said)
            && used(&self.tool_names, None)
            && used(&self.tool_names_successful, Some(false))
            && used(&self.tool_names_errored, Some(true))
    }
}
