// Runs before the first paint, so that a chosen theme does not flash over from the system's. The application does the
// same once it runs (src/state/theme.rs).
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed to this page: the system's theme it is.
}
