// An agency and its customers, in a real browser: a new customer by the wizard, with limits; an agent given to it with its past
// calls and its telephone number; what the customer then sees.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { BASE, launch, open, signIn, synced, until } from "./support.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

const NAME = `Lakeside Clinic ${Date.now() % 100_000}`;

async function get(page, path) {
  const reply = await page.request.get(`${BASE}${path}`);
  assert.ok(reply.ok(), `${path}: ${reply.status()}`);
  return reply.json();
}

test("a customer is made by the wizard, limited, given an agent with its calls, and sees them", { timeout: 240_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test");
  await synced(page);

  await page.goto(`${BASE}/customers`);
  await page.getByRole("button", { name: "New customer" }).click();
  const wizard = page.getByRole("dialog");
  await wizard.getByLabel("Name", { exact: true }).fill(NAME);
  await wizard.getByRole("button", { name: "Next" }).click();
  await wizard.getByLabel("Minutes a month").fill("50000");
  await wizard.getByRole("button", { name: "Create" }).click();
  await wizard.getByText(`${NAME} is there`).waitFor();
  await wizard.getByRole("button", { name: "Close" }).last().click();
  const row = page.getByRole("row").filter({ hasText: NAME });
  await row.waitFor();
  await until("the limit as a bar", async () => (await row.innerText()).includes("of 50,000"));

  // Its limits, and which permissions it has at all.
  await row.getByRole("link").click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("tab", { name: "Limits and features" }).click();
  await sheet.getByLabel("Calls at a time").fill("3");
  await sheet.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved. It counts from now on.").first().waitFor();
  await sheet.getByRole("tab", { name: "Permissions" }).click();
  await sheet.getByRole("switch", { name: /Everything that you have/ }).click();
  await sheet.getByLabel("See costs").uncheck();
  await sheet.getByRole("button", { name: "Save" }).click();
  const made = (await get(page, `/api/organizations?q=${encodeURIComponent(NAME)}`)).items[0];
  await until("the choice to be stored", async () => {
    const detail = await get(page, `/api/organizations/${made.id}`);
    return detail.limits.max_concurrent_calls === 3 && detail.allowed_permissions
      && !detail.allowed_permissions.includes("calls.cost") && detail.allowed_permissions.includes("calls.list");
  });

  // The agent that has a number, with its calls.
  const agency = (await get(page, "/api/auth/session")).organization.id;
  const own = (await get(page, "/api/phone-numbers?limit=50")).items
    .filter((n) => n.organization_id === agency && n.agent && !n.archived);
  // One that answers a single number and has calls to take along.
  let number, logged;
  const running = (await get(page, "/api/live/calls")).running.map((call) => call.agent?.id ?? call.agent_id);
  // One that talks goes last: its calls follow only when it is done.
  own.sort((a, b) => running.includes(a.agent.id) - running.includes(b.agent.id));
  for (number of own.filter((n) => own.filter((other) => other.agent.id === n.agent.id).length === 1)) {
    logged = (await get(page, `/api/calls?limit=1&status=done&agent=${number.agent.id}`)).items;
    if (logged.length === 1) break;
  }
  assert.equal(logged?.length, 1, "no agent has calls to take along");
  await page.goto(`${BASE}/agents?agent=${number.agent.id}`);
  await page.getByRole("button", { name: "Move to another organization" }).click();
  const dialog = page.getByRole("dialog", { name: `Move ${number.agent.name}` });
  await dialog.getByLabel("To").selectOption({ label: NAME });
  assert.ok(await dialog.getByLabel("With its past calls").isChecked());
  await dialog.getByRole("button", { name: "Move", exact: true }).click();
  // At once, or with progress while a call of it still runs.
  await dialog.getByRole("status").filter({ hasText: "The agent has moved" }).waitFor({ timeout: 150_000 });
  await dialog.getByText("1 phone number went along.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).last().click();

  // The limit reaches the provider.
  await until("the limit at the provider", async () => {
    const [agent] = (await get(page, `/api/agents?organization=${made.id}`)).items;
    return agent?.call_limit?.state === "applied" && agent.call_limit.max_concurrent === 3;
  });

  // The number is the customer's now.
  await page.goto(`${BASE}/phone-numbers`);
  const moved = page.getByRole("row").filter({ hasText: NAME });
  await moved.waitFor();
  assert.match(await moved.innerText(), new RegExp(number.agent.name.slice(0, 8)));

  // In the customer: its calls are there.
  await page.goto(`${BASE}/customers?organization=${made.id}`);
  await page.getByRole("dialog").getByRole("button", { name: "Enter" }).click();
  await page.getByLabel(/reason/i).fill("Checking what the customer sees");
  await page.getByRole("button", { name: "Enter", exact: true }).last().click();
  await page.getByText(new RegExp(`You work in ${NAME}`)).waitFor();
  await page.goto(`${BASE}/calls`);
  await page.locator(`a[href="/calls/${logged[0].id}"]`).first().waitFor();
  await page.goto(`${BASE}/settings/organization`);
  await page.getByText("ElevenLabs keeps to the limits on calls for 1 agent.").waitFor();
  // Entering is tried without a reason first, which is refused where one is needed; Chromium prints that.
  assert.deepEqual(troubles.filter((trouble) => !trouble.includes("/api/auth/organization")), []);
});

test("numbers are listed, searched, and answered by another agent", { timeout: 120_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test");
  await synced(page);
  await page.goto(`${BASE}/phone-numbers`);
  const rows = page.locator("tr[data-row]");
  await until("the numbers", async () => (await rows.count()) >= 8);
  const organization = (await get(page, "/api/auth/session")).organization.id;
  const all = (await get(page, "/api/phone-numbers?limit=50")).items;
  // A number that was moved stands in the list twice: here as a record, and where it is now.
  const own = all.filter((n) => n.organization_id === organization && n.agent && !n.archived)
    .filter((n) => all.filter((other) => other.number === n.number).length === 1);
  const [number, other] = [own[0], own.find((n) => n.agent.id !== own[0].agent.id)];
  await page.getByLabel("Find a number, label or agent").fill(number.number.slice(1));
  await until(`the search for ${number.number}`, async () => (await rows.count()) === 1);
  await rows.first().click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel("Agent", { exact: true }).selectOption({ label: other.agent.name });
  await sheet.getByRole("button", { name: "Save" }).click();
  await until("the provider to agree", async () => {
    const now = (await get(page, "/api/phone-numbers?limit=50")).items.find((n) => n.id === number.id);
    return now.assignment === "settled" && now.agent?.id === other.agent.id;
  });
  await page.goto(`${BASE}/phone-numbers?number=${number.id}`);
  await sheet.getByText(other.agent.name).first().waitFor();
  assert.deepEqual(troubles, []);
});
