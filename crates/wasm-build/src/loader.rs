//! The JavaScript that fetches chunks, in the place of the splitter's own, which knows nothing of groups.

use std::fmt::Write;

use crate::bind::{LINK_JS, MAIN_JS};
use crate::groups::Groups;

/// Imports of every chunk come from a module of this name.
pub(crate) const SHARED: &str = "main";

const RUNTIME: &str = "\
const files = new Map();
function fetched(name) {
  let file = files.get(name);
  if (!file) {
    const source = fetch(new URL(`${name}.wasm`, import.meta.url));
    file = WebAssembly.instantiateStreaming(source, { SHARED: initSync() });
    files.set(name, file);
    // One failure of the network must not last: the next call tries again.
    file.catch(() => files.delete(name));
  }
  return file;
}
const pause = () => new Promise((resolve) => setTimeout(resolve, 2000));
function load(...names) {
  return async (callback, data) => {
    // The application ends at code that does not come, so it waits until the network is back.
    for (let loaded = false; !loaded; ) {
      try {
        await Promise.all(names.map(fetched));
        loaded = true;
      } catch (error) {
        console.error(error);
        await pause();
      }
    }
    initSync().__indirect_function_table.get(callback)(data, true);
  };
}
";

/// The text of [`LINK_JS`].
pub(crate) fn loader(groups: &Groups) -> String {
    let mut script = format!("// {LINK_JS}\nimport {{ initSync }} from \"./{MAIN_JS}\";\n");
    script.push_str(&RUNTIME.replace("SHARED", SHARED));
    for (function, files) in &groups.needs {
        let names: Vec<_> = files.iter().map(|file| format!("\"{file}\"")).collect();
        // Writing to a string does not fail.
        _ = writeln!(
            script,
            "export const __wasm_split_load_{function} = load({});",
            names.join(", ")
        );
    }
    script
}
