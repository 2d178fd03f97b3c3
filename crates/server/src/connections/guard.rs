//! Which hosts the server may be sent to. Whoever may connect a workspace must not be able to make the server knock on
//! doors of its own network.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use elevenlabs::Error;
use url::Url;

/// Reads a base URL and refuses what is not a public host, unless private ones are allowed (`PROVIDER_ALLOW_PRIVATE_HOSTS`).
/// Where a name leads may change afterwards: the transport asks the same at each call.
///
/// # Errors
/// A field error that says what would be right, or that the host is not found.
pub async fn base_url(app: &App, text: &str) -> ApiResult<Url> {
    let allow_private = app.config.provider.allow_private_hosts;
    let url = read(text, allow_private).map_err(|message| ApiError::field("base_url", message))?;
    match app.provider.admits(&url).await {
        Ok(()) => Ok(url),
        Err(Error::PrivateHost(_)) => Err(ApiError::field(
            "base_url",
            "This host lies in a private network; enter one of ElevenLabs' hosts",
        )),
        Err(error) => Err(error.into()),
    }
}

/// Shape only; a path is fine (a gateway in front of the provider), trailing slashes go.
fn read(text: &str, allow_http: bool) -> Result<Url, &'static str> {
    let url = Url::parse(text.trim())
        .map_err(|_parse| "Enter the host as a URL, such as https://api.elevenlabs.io")?;
    match url.scheme() {
        "https" => {}
        "http" if allow_http => {}
        "http" => return Err("Use https: over http the key could be read on its way"),
        _ => return Err("Enter the host as a URL, such as https://api.elevenlabs.io"),
    }
    if url.host().is_none() {
        return Err("The URL names no host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Leave out the user name and password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("Leave out everything after ? or #");
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let mut url = url;
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_urls_of_a_host_are_read() {
        assert_eq!(
            read(" https://api.elevenlabs.io/ ", false).unwrap().as_str(),
            "https://api.elevenlabs.io/"
        );
        assert!(read("http://127.0.0.1:5100", true).is_ok());
        for bad in [
            "http://api.elevenlabs.io",
            "https://u:p@h",
            "ftp://h",
            "https://h/?q=1",
            "api.elevenlabs.io",
            "https://h#x",
        ] {
            assert!(read(bad, false).is_err(), "{bad}");
        }
    }
}
