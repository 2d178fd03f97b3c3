use std::env;
use std::path::PathBuf;

/// The folder for everything that can be made again: tools, build output, the test cluster.
/// `$ECHOSENSEI_CACHE`, else `$XDG_CACHE_HOME/echosensei`, else `~/.cache/echosensei`.
pub fn cache_dir() -> PathBuf {
    let set = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("ECHOSENSEI_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|dir| dir.join("echosensei")))
        .or_else(|| set("HOME").map(|dir| dir.join(".cache/echosensei")))
        .unwrap_or_else(|| env::temp_dir().join("echosensei-cache"))
}
