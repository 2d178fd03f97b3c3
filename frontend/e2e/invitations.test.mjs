// People who come by a mailed link: invited from the members page, and with a forgotten password.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import AxeBuilder from "@axe-core/playwright";
import { BASE, launch, open, signIn, until } from "./support.mjs";

const NEW_PASSWORD = "nine blue teapots";
let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function clean(page, name) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`), [], name);
}

// Opens the newest message to an address in the mailbox, as nobody, and follows its link there.
async function follow(context, subject, to = "") {
  const letters = (mailbox) => mailbox.getByRole("button", { name: subject }).filter({ hasText: to });
  const mailbox = await context.newPage();
  await until(`the mail ${subject}`, async () => {
    await mailbox.goto(`${BASE}/dev/mail`);
    await mailbox.getByRole("heading", { name: "Mailbox", level: 1 }).waitFor();
    await mailbox.waitForLoadState("networkidle");
    return (await letters(mailbox).count()) > 0;
  });
  await letters(mailbox).first().click();
  await mailbox.getByRole("heading", { name: subject, level: 2 }).waitFor();
  const letter = mailbox.frameLocator("iframe");
  await letter.getByRole("heading", { level: 1 }).waitFor();
  const [page] = await Promise.all([
    context.waitForEvent("page"),
    mailbox.getByRole("link", { name: "Follow its link" }).click(),
  ]);
  return page;
}

test("somebody invited from the members page comes in by the mailed link", { timeout: 180_000 }, async () => {
  const email = `nina-${Date.now()}@example.com`;
  const admin = await open(browser);
  await signIn(admin.page, "customer@demo.test", "/settings/members");
  await admin.page.getByRole("button", { name: "Invite member" }).click();
  const sheet = admin.page.getByRole("dialog", { name: "Invite a member" });
  await sheet.getByRole("button", { name: "Send invitation" }).click();
  await sheet.getByText("Enter an e-mail address such as").waitFor();
  await sheet.getByLabel("E-mail").fill(email);
  await sheet.getByLabel("Role").selectOption({ label: "User" });
  await sheet.getByLabel("Message").fill("See you on Monday");
  await sheet.getByRole("button", { name: "Send invitation" }).click();
  const row = admin.page.getByRole("row").filter({ hasText: email });
  await row.getByText("Open").waitFor();
  await clean(admin.page, "members");

  const fresh = await open(browser);
  const page = await follow(fresh.context, "Casey Customer invites you to Harbor Dental", email);
  await page.getByRole("heading", { name: "Join Harbor Dental" }).waitFor();
  await page.getByText("See you on Monday").waitFor();
  await page.getByText(email).waitFor();
  await clean(page, "invite");
  await page.getByLabel("Your name").fill("Nina New");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.getByText("Take 12 characters or more").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.getByRole("heading", { name: "Dashboard", level: 1 }).waitFor();
  // The link led to the agency's own host, where the session is.
  const session = await page.evaluate(async () => (await fetch("/api/auth/session")).json());
  assert.equal(session.user.email, email);
  assert.equal(session.role, "User");
  assert.deepEqual(fresh.troubles.filter((trouble) => !trouble.includes("422")), []);

  await admin.page.reload();
  await admin.page.getByRole("row").filter({ hasText: email }).getByText("Accepted").waitFor();
});

test("a forgotten password is replaced by mail", { timeout: 180_000 }, async () => {
  const email = `fred-${Date.now()}@example.com`;
  const admin = await open(browser);
  await signIn(admin.page, "customer@demo.test");
  const invited = await admin.page.request.post(`${BASE}/api/members/invitations`, {
    data: { email, role: "customer_viewer" }, headers: { origin: BASE },
  });
  assert.equal(invited.status(), 201);
  const fresh = await open(browser);
  const joined = await follow(fresh.context, "Casey Customer invites you to Harbor Dental", email);
  await joined.getByLabel("Your name").fill("Fred Forgetful");
  await joined.getByLabel("Password", { exact: true }).fill("a password to forget");
  await joined.getByRole("button", { name: "Accept the invitation" }).click();
  await joined.getByRole("heading", { name: "Dashboard", level: 1 }).waitFor();

  const other = await open(browser);
  await other.page.goto(`${BASE}/login`);
  await other.page.getByRole("link", { name: "Forgot password?" }).click();
  await other.page.getByRole("heading", { name: "Forgot your password?" }).waitFor();
  await clean(other.page, "forgot");
  await other.page.getByLabel("E-mail").fill(email);
  await other.page.getByRole("button", { name: "Send the link" }).click();
  await other.page.getByText("If there is an account with this address").waitFor();
  // Whatever the tests of branding made of the agency's name.
  const page = await follow(other.context, /Choose a new password for \w+/, email);
  await page.getByText(email).waitFor();
  await clean(page, "reset");
  await page.getByLabel("New password").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("all devices are signed out").waitFor();
  // Once only.
  await page.reload();
  await page.getByText("It was used already").waitFor();
  // The session from before has ended, and the new password opens one.
  const status = await joined.evaluate(async () => (await fetch("/api/auth/session")).status);
  assert.equal(status, 401);
  await page.goto(`${BASE}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Dashboard", level: 1 }).waitFor();
});

test("the platform sees sent mail and opens the registration of agencies", { timeout: 180_000 }, async () => {
  const platform = await open(browser);
  await signIn(platform.page, "platform@demo.test", "/platform/settings");
  const page = platform.page;
  const toggle = page.getByRole("switch", { name: "Agencies may register themselves" });
  await toggle.waitFor();
  assert.equal(await toggle.getAttribute("aria-checked"), "false");
  await clean(page, "platform settings");
  await toggle.click();
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("The settings are saved").waitFor();

  const email = `kiel-${Date.now()}@example.com`;
  const fresh = await open(browser);
  await fresh.page.goto(`${BASE}/login`);
  await fresh.page.getByRole("link", { name: "Open your agency" }).click();
  await fresh.page.getByLabel("Company").fill(`Kiel Voice ${Date.now()}`);
  await fresh.page.getByLabel("E-mail").fill(email);
  await fresh.page.getByRole("button", { name: "Send the link" }).click();
  await fresh.page.getByText("A link is on its way").waitFor();
  const joined = await follow(fresh.context, /^Confirm your address to open Kiel Voice/);
  await joined.getByLabel("Your name").fill("Kai Kiel");
  await joined.getByLabel("Password", { exact: true }).fill(NEW_PASSWORD);
  await clean(joined, "registration");
  await joined.getByRole("button", { name: "Open the agency" }).click();
  await joined.getByRole("heading", { name: "Dashboard", level: 1 }).waitFor();
  const session = await (await joined.request.get(`${BASE}/api/auth/session`)).json();
  assert.equal(session.organization.kind, "agency");

  await page.goto(`${BASE}/platform/mail`);
  await page.getByRole("row").filter({ hasText: email }).first().waitFor();
  await clean(page, "sent mail");
  await page.goto(`${BASE}/platform/settings`);
  await toggle.click();
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("The settings are saved").waitFor();
});
