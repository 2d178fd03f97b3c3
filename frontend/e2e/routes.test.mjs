// Every lazy route opens by deep link and by click; a route that the session may not use is neither shown nor fetched.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { BASE, launch, open, signIn, synced } from "./support.mjs";

const ROUTES = [
  ["/", "Dashboard"],
  ["/live", "Live"],
  ["/wall", "Call wall"],
  ["/calls", "Calls"],
  ["/exports", "Exports"],
  ["/agents", "Agents"],
  ["/phone-numbers", "Phone numbers"],
  ["/customers", "Customers"],
  ["/settings/integrations", "Integrations"],
  ["/settings/summaries", "Summaries"],
  ["/settings/audit", "Audit log"],
  ["/settings/members", "Members"],
  ["/settings/roles", "Roles"],
  ["/settings/branding", "Branding"],
  ["/settings/domains", "Domains"],
  ["/settings/why", "Why can't I?"],
  ["/settings/security", "Sign-in rules"],
  ["/settings/api-keys", "API keys"],
  ["/settings/call-lists", "Tags and dispositions"],
  ["/settings/privacy", "Erasing calls"],
  ["/settings/retention", "Retention"],
];

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

test("every route opens by deep link", { timeout: 180_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test");
  await synced(page);
  for (const [path, title] of ROUTES) {
    await page.goto(`${BASE}${path}`);
    await page.getByRole("heading", { name: title, level: 1 }).waitFor({ timeout: 10_000 });
  }
  // One that was talked in: the newest may still ring, or was not taken.
  const calls = await (await page.request.get(`${BASE}/api/calls?limit=1&status=done`)).json();
  await page.goto(`${BASE}/calls/${calls.items[0].id}`);
  await page.locator("ol.turns > li").first().waitFor();
  assert.deepEqual(troubles, []);
});

test("every route opens by click", { timeout: 120_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test");
  for (const [, title] of [...ROUTES, ROUTES[0]]) {
    await page.getByRole("navigation").first().getByRole("link", { name: new RegExp(`^${title}`) }).click();
    await page.getByRole("heading", { name: title, level: 1 }).waitFor({ timeout: 10_000 });
  }
  assert.deepEqual(troubles, []);
});

test("a viewer is neither shown nor sent what he may not use", { timeout: 120_000 }, async () => {
  const admin = await open(browser);
  await signIn(admin.page, "customer@demo.test", "/settings/integrations");
  await admin.page.getByRole("heading", { name: "Integrations", level: 1 }).waitFor();
  const chunks = (requests) => new Set(requests.filter((path) => path.endsWith(".wasm")));
  const before = await open(browser);
  await signIn(before.page, "customer@demo.test");
  await before.page.waitForLoadState("networkidle");
  const onlyIntegrations = [...chunks(admin.requests)].filter((path) => !chunks(before.requests).has(path));
  assert.ok(onlyIntegrations.length > 0, "the integrations page has no chunk of its own");

  const viewer = await open(browser);
  await signIn(viewer.page, "viewer@demo.test");
  assert.equal(await viewer.page.getByRole("link", { name: /^Integrations/ }).count(), 0);
  await viewer.page.goto(`${BASE}/settings/integrations`);
  await viewer.page.getByText("Your role does not allow this").waitFor();
  const fetched = chunks(viewer.requests);
  assert.deepEqual(onlyIntegrations.filter((path) => fetched.has(path)), []);
});

test("a page for signed-in people leads to the sign-in page and back", { timeout: 60_000 }, async () => {
  const { page } = await open(browser);
  await page.goto(`${BASE}/calls?direction=inbound`);
  await page.getByLabel("E-mail").fill("agency@demo.test");
  await page.getByLabel("Password", { exact: true }).fill("echosensei-demo");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/calls?direction=inbound");
});

test("what happens to the session elsewhere is noticed here", { timeout: 90_000 }, async () => {
  const { page, context } = await open(browser);
  const looksAgain = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await signIn(page, "agency@demo.test", "/calls");
  await page.getByRole("heading", { name: "Calls", level: 1 }).waitFor();
  const session = await (await page.request.get(`${BASE}/api/auth/session`)).json();
  const other = session.organizations.find((organization) => organization.id !== session.organization.id);
  await page.request.post(`${BASE}/api/auth/organization`, { data: { organization_id: other.id, reason: "help with setup" }, headers: { origin: BASE } });
  await looksAgain();
  await page.getByRole("heading", { name: "Dashboard", level: 1 }).waitFor();
  await page.locator("aside").getByText(other.name).first().waitFor();

  await context.clearCookies();
  await page.getByRole("navigation").first().getByRole("link", { name: /^Calls/ }).click();
  await page.waitForURL("**/login?next=%2Fcalls");
  await page.getByLabel("E-mail").waitFor();
});

test("the catalogue of components needs nobody to be signed in", { timeout: 30_000 }, async () => {
  const { page } = await open(browser);
  await page.goto(`${BASE}/dev/ui`);
  await page.getByRole("heading", { name: "Components", level: 1 }).waitFor();
});
