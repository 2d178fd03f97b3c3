// The account's safety as a person meets it: a second factor set up and asked for, a recovery code that works once, a new password
// that ends other sessions, the question whether it is still he.
import { createHmac } from "node:crypto";
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { BASE, PASSWORD, launch, open, signIn, until } from "./support.mjs";

// Nobody else signs in as the platform in these tests: its password stays changed, as the rules refuse the one that the demo publishes.
const WHO = "platform@demo.test";
const OTHER_PASSWORD = "tulip anchor rhubarb";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

// RFC 6238 as an authenticator app does it.
function codeOf(secret, at = Date.now()) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

async function password(page, password_ = PASSWORD) {
  await page.goto(`${BASE}/login`);
  await page.getByLabel("E-mail").fill(WHO);
  await page.getByLabel("Password", { exact: true }).fill(password_);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function code(page, code_) {
  await page.getByLabel("Code", { exact: true }).fill(code_);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const dashboard = (page) => page.getByRole("heading", { name: "Dashboard", level: 1 }).waitFor();

test("second factor, recovery code, new password", { timeout: 180_000 }, async () => {
  const { page, context } = await open(browser);
  await signIn(page, WHO);
  await page.goto(`${BASE}/account`);
  await page.getByRole("heading", { name: "Your account", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Set up second factor" }).click();
  await page.getByRole("img", { name: /QR code/ }).waitFor();
  const secret = (await page.locator("dialog[open] .mono-box code").textContent()).trim();
  await page.getByLabel("Code of the app").fill(codeOf(secret));
  await page.getByRole("button", { name: "Switch on" }).click();
  const shown = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await until("ten recovery codes", async () => (await shown.count()) === 10);
  const codes = await shown.allTextContents();
  await page.getByRole("button", { name: "I have kept them" }).click();

  // The next step's code: the one of now was used to switch it on.
  const other = await open(browser);
  await password(other.page);
  await code(other.page, codeOf(secret, Date.now() + 30_000));
  await dashboard(other.page);

  const third = await open(browser);
  await password(third.page);
  await code(third.page, codes[0]);
  await dashboard(third.page);
  await third.context.close();
  const again = await open(browser);
  await password(again.page);
  await code(again.page, codes[0]);
  await again.page.getByText("The code is wrong").waitFor();
  await again.context.close();

  // Another browser's session ends with the password.
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByLabel("New password").fill("short");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("12 characters or more: a few").waitFor();
  await page.getByLabel("New password").fill(OTHER_PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("every other session has ended").waitFor();
  await until("the other browser to be at the sign-in page", async () => new URL(other.page.url()).pathname === "/login");
  await other.context.close();

  await page.reload();
  await page.getByRole("button", { name: "Remove second factor" }).click();
  await page.getByRole("button", { name: "Set up second factor" }).waitFor();
  await context.close();
  const last = await open(browser);
  await password(last.page, OTHER_PASSWORD);
  await dashboard(last.page);
  await last.context.close();
});

test("a dangerous action asks whether it is he, then does it", { timeout: 120_000 }, async () => {
  const { page, context } = await open(browser);
  await signIn(page, "customer@demo.test", "/settings/api-keys");
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("Name").fill("Exporter");
  await page.getByRole("checkbox", { name: "See the call log" }).check();
  // As after ten minutes: the first answer is the server's own to a session that was not asked for long.
  let asked = 0;
  await page.route("**/api/api-keys", async (route) => {
    if (route.request().method() !== "POST" || asked++ > 0) return route.continue();
    await route.fulfill({
      status: 403,
      contentType: "application/problem+json",
      body: JSON.stringify({ title: "Confirm that it is you", status: 403, code: "reauthentication_required", errors: [] }),
    });
  });
  await page.getByRole("button", { name: "Make key" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await dialog.getByLabel("Your password").fill("not this one");
  await dialog.getByRole("button", { name: "Confirm", exact: true }).click();
  await dialog.getByText("This is not your password").waitFor();
  await dialog.getByLabel("Your password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Confirm", exact: true }).click();
  const key = (await page.locator(".mono-box code").first().textContent()).trim();
  assert.match(key, /^es_[a-z0-9]{8}_/);
  assert.equal(asked, 2);
  const reply = await fetch(`${BASE}/api/calls?limit=1`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(reply.status, 200);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("button", { name: "Revoke" }).first().click();
  await page.getByRole("button", { name: "Really revoke" }).first().click();
  await page.getByText("The key is revoked").waitFor();
  const after_ = await fetch(`${BASE}/api/calls?limit=1`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(after_.status, 401);
  await context.close();
});
