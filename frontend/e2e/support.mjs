// What the browser tests share: a Chromium, sign-in as a person does it, and the simulator's control.
import { chromium } from "playwright-core";

export const BASE = process.env.BASE_URL ?? "http://127.0.0.1:5000";
export const SIMULATOR = process.env.SIMULATOR_URL ?? "http://127.0.0.1:5100";
export const PASSWORD = "echosensei-demo";

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
    ],
  });
}

// A page that remembers what went wrong on it: errors of the console and of the network.
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    // Who is not signed in is told so by the session's own 401, which Chromium prints.
    const expected = message.location().url.endsWith("/api/auth/session");
    if (message.type() === "error" && !expected) troubles.push(`console: ${message.text()} ${message.location().url}`);
  });
  const requests = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  return { context, page, troubles, requests };
}

export async function signIn(page, email, path = "/") {
  await page.goto(`${BASE}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Dashboard", level: 1 }).waitFor();
  if (path !== "/") await page.goto(`${BASE}${path}`);
}

export async function control(path, body) {
  const reply = await fetch(`${SIMULATOR}/_control/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`simulator: ${reply.status} ${await reply.text()}`);
  return reply.json();
}

// Polls until `probe` gives something; the browser's own clock is not used, so a stopped page is noticed.
export async function until(what, probe, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    last = await probe();
    if (last) return last;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`waited ${seconds} s in vain for: ${what} (last: ${JSON.stringify(last)})`);
}

// The first sync of the demo workspace runs while the server starts up.
export async function synced(page) {
  await until("the first sync", async () => {
    const reply = await page.request.get(`${BASE}/api/connections`);
    const connections = await reply.json();
    return connections.length > 0 && connections.every((connection) => connection.sync?.state === "done");
  }, 120);
}
