// An organization's look: set by its people, there at the first paint, on its own host and path, followed when one switches.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { BASE, launch, open, signIn, until } from "./support.mjs";

const AGENCY = "/agency/northwind-voice";
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><script>alert(1)</script><rect width="8" height="8" fill="#a0336b"/></svg>`;

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

const variable = (page, name) => page.evaluate((name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim(), name);

// The page as it is painted first: nothing of the application has come yet.
async function firstPaint(browser, url, options = {}) {
  const view = await open(browser, options);
  await view.page.route(/\.(wasm|js)$/, (route) => (route.request().url().endsWith("early.js") ? route.continue() : route.abort()));
  await view.page.goto(url, { waitUntil: "domcontentloaded" });
  return view;
}

test("an agency sets colour and logo, and its sign-in page shows them at the first paint", { timeout: 120_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test", "/settings/branding");
  await page.getByRole("heading", { name: "Branding", level: 1 }).waitFor();
  await page.getByLabel("App name").fill("Aurora Voice");
  await page.getByLabel("Choose the brand colour").fill("#a0336b");
  // Measured while it is typed.
  await page.getByRole("table", { name: "Contrast" }).waitFor();
  await page.getByLabel("Title").fill("Hello from Aurora");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.locator("aside").getByText("Aurora Voice").waitFor();
  await page.getByLabel("Choose logo", { exact: true }).setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(LOGO) });
  await page.getByText("The picture is shown from now on").waitFor();
  assert.equal(await variable(page, "--brand-light"), "#a0336b");
  assert.match(await page.title(), /Aurora Voice$/);
  assert.deepEqual(troubles, []);

  const early = await firstPaint(browser, `${BASE}${AGENCY}`);
  assert.equal(await variable(early.page, "--brand-light"), "#a0336b");
  assert.equal(await early.page.title(), "Aurora Voice");
  const look = JSON.parse(await early.page.locator("#look").textContent());
  assert.equal(look.sign_in_title, "Hello from Aurora");
  assert.ok(!(await early.page.content()).includes("EchoSensei"), "the platform's name is in the page");
  await early.context.close();

  const visitor = await open(browser);
  await visitor.page.goto(`${BASE}${AGENCY}`);
  await visitor.page.getByText("Hello from Aurora").waitFor();
  const logo = visitor.page.locator("main img.brand-logo").first();
  await until("the logo to be drawn", () => logo.evaluate((img) => img.complete && img.naturalWidth > 0));
  assert.match(visitor.page.url(), /\/agency\/northwind-voice$/);
  // The button is in the agency's colour.
  const colour = await visitor.page.getByRole("button", { name: "Sign in", exact: true }).evaluate((button) => getComputedStyle(button).backgroundColor);
  assert.equal(colour, "rgb(160, 51, 107)");
  // After signing in the product has its own addresses, in the same look.
  await visitor.page.goto(`${BASE}${AGENCY}/calls`);
  await visitor.page.getByLabel("E-mail").fill("viewer@demo.test");
  await visitor.page.getByLabel("Password", { exact: true }).fill("echosensei-demo");
  await visitor.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await visitor.page.waitForURL("**/calls");
  await visitor.page.locator("aside").getByText("Aurora Voice").waitFor();
  assert.deepEqual(visitor.troubles, []);
});

test("a name below the base domain is served in its look", { timeout: 60_000 }, async () => {
  const { hostname, port, protocol } = new URL(BASE);
  const own = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", `--host-resolver-rules=MAP *.localhost ${hostname}`],
  });
  try {
    const early = await firstPaint(own, `${protocol}//northwind-voice.localhost:${port}/`);
    assert.ok(await early.page.locator("#look").count(), "no look in the page");
    assert.notEqual(await early.page.title(), "EchoSensei");
    const nobody = await firstPaint(own, `${protocol}//nobody-there.localhost:${port}/`);
    assert.equal(await nobody.page.locator("#look").count(), 0);
  } finally {
    await own.close();
  }
});

test("switching to a customer changes the look, and so does going back", { timeout: 120_000 }, async () => {
  const customer = await open(browser);
  await signIn(customer.page, "customer@demo.test");
  const put = await customer.page.request.put(`${BASE}/api/branding`, {
    data: { app_name: "Harbor Desk", colour: "#0f766e" },
    headers: { origin: BASE },
  });
  assert.equal(put.status(), 200);
  const { page } = await open(browser);
  await signIn(page, "agency@demo.test");
  const session = await (await page.request.get(`${BASE}/api/auth/session`)).json();
  const harbor = session.organizations.find((organization) => organization.slug === "harbor-dental");
  await page.locator("aside").getByRole("button", { name: new RegExp(session.organization.name) }).first().click();
  await page.getByRole("button", { name: harbor.name }).or(page.getByRole("menuitem", { name: harbor.name })).first().click();
  await page.getByLabel("Reason").fill("asked for help");
  await page.getByRole("button", { name: "Enter", exact: true }).click();
  await page.locator("aside").getByText("Harbor Desk").waitFor();
  assert.equal(await variable(page, "--brand-light"), "#0f766e");
  // The page itself came in that look.
  assert.match(await page.locator("#look").textContent(), /Harbor Desk/);
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await until("the agency's look", async () => (await page.locator("#look").textContent().catch(() => "")).includes("Harbor Desk") === false);
  await customer.page.request.delete(`${BASE}/api/branding`, { headers: { origin: BASE } });
});

test("the page of domains says where the organization is reached", { timeout: 60_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test", "/settings/domains");
  await page.getByRole("heading", { name: "Domains", level: 1 }).waitFor();
  await page.getByText(/northwind-voice\.localhost/).first().waitFor();
  // The demo has no name in the world to which a domain could lead, and says so.
  await page.getByText("Own domains can not be used here yet").waitFor();
  assert.deepEqual(troubles, []);
});
