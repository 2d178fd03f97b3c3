// Runs before the first paint and before any module is there.

// A chosen theme must not flash over from the system's. The application does the same once it runs (src/state/theme.rs).
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed to this page: the system's theme it is.
}

// Who is signed in decides what is shown: the question travels while the application does (src/api/client.rs).
globalThis.firstSession = fetch("/api/auth/session", { headers: { accept: "application/json" } });
// The application tells of a failure once it is there.
globalThis.firstSession.catch(() => {});
