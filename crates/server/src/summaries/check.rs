//! At start: does the model still exist? Models are retired, and then every summary fails.

use crate::app::App;
use mistral::models::Model;

/// Asks the vendor and says in the log what an operator should do. Never keeps the server from starting.
pub async fn model(app: App) {
    let Some(client) = app.summaries.client() else {
        tracing::info!("MISTRAL_API_KEY is unset: calls show the provider's own summaries");
        return;
    };
    let name = &app.config.summaries.model;
    match client.models().await {
        Ok(models) => match warning(name, &models) {
            Some(warning) => tracing::warn!("{warning}"),
            None => tracing::info!(model = %name, host = %client.base_url(), "calls are summarized"),
        },
        Err(error @ mistral::Error::InvalidKey(_)) => {
            tracing::warn!(%error, "MISTRAL_API_KEY is not accepted: calls are not summarized until it is replaced");
        }
        Err(error) => {
            tracing::warn!(%error, host = %client.base_url(), "MISTRAL_MODEL could not be checked against the list of models");
        }
    }
}

/// What is wrong with a model.
pub fn warning(name: &str, models: &[Model]) -> Option<String> {
    let Some(model) = models.iter().find(|model| model.is_called(name)) else {
        let chat = models.iter().map(|model| model.id.as_str());
        let known: Vec<&str> = chat.filter(|id| id.contains("stral")).take(8).collect();
        return Some(format!(
            "MISTRAL_MODEL is {name:?}, which this key can not use: it was retired or never existed, and no call can be \
             summarized. Choose another, such as {}",
            known.join(", ")
        ));
    };
    let end = model.deprecation.as_deref()?;
    let instead = model
        .deprecation_replacement_model
        .as_deref()
        .unwrap_or("a newer one");
    Some(format!(
        "MISTRAL_MODEL is {name:?}, which will be switched off on {end}: choose {instead} before"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(id: &str, alias: &str, end: Option<&str>) -> Model {
        Model {
            id: id.to_owned(),
            aliases: vec![alias.to_owned()],
            deprecation: end.map(str::to_owned),
            deprecation_replacement_model: end.map(|_| "ministral-8b-2512".to_owned()),
            max_context_length: None,
        }
    }

    #[test]
    fn a_retired_model_and_one_that_will_be_are_told_by_the_variable_s_name() {
        let models = [
            model("ministral-8b-2512", "ministral-8b-latest", None),
            model("mistral-old", "x", Some("2027-01-01")),
        ];
        assert_eq!(warning("ministral-8b-latest", &models), None);
        let retired = warning("mistral-tiny", &models).unwrap();
        assert!(retired.starts_with("MISTRAL_MODEL") && retired.contains("ministral-8b-2512"));
        let ending = warning("mistral-old", &models).unwrap();
        assert!(ending.contains("2027-01-01") && ending.contains("ministral-8b-2512"));
    }
}
