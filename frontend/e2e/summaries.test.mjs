// Summaries in a real browser: made again on a call, tried with other instructions, and made for many; and what a key of another
// workspace leads to.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { BASE, launch, open, signIn, synced, until } from "./support.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function get(page, path) {
  const reply = await page.request.get(`${BASE}${path}`);
  assert.ok(reply.ok(), `${path}: ${reply.status()}`);
  return reply.json();
}

test("a call is summarized on request, and its page shows by whom and what is left to do", { timeout: 180_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test");
  await synced(page);
  const calls = (await get(page, "/api/calls?status=done&limit=50")).items.filter((call) => call.message_count > 4);
  const call = calls.at(-1);
  const before = await get(page, `/api/calls/${call.id}/summary`);
  await page.goto(`${BASE}/calls/${call.id}`);
  const ask = page.getByRole("button", { name: before.ours ? "Summarize again" : "Summarize", exact: true });
  await ask.click();
  await until("a newer summary", async () => {
    const now = await get(page, `/api/calls/${call.id}/summary`);
    return now.state === "done" && now.made_at !== before.made_at;
  });
  await page.getByText("Summary by ministral-8b-2512").waitFor();
  const made = await get(page, `/api/calls/${call.id}/summary`);
  await page.getByText(made.ours.summary, { exact: true }).waitFor();
  await page.getByText(`Caller: ${made.ours.sentiment}`).waitFor();
  await page.getByRole("button", { name: "Summarize again" }).waitFor();
  assert.deepEqual(troubles, []);
  await page.context().close();
});

test("instructions are tried on a call, saved, and used for many calls with progress", { timeout: 180_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test", "/settings/summaries");
  await page.getByLabel("What you want to know").fill("Name the product.");
  await page.getByLabel("Language").selectOption("de");
  await page.getByRole("button", { name: "Show the summary" }).click();
  await page.getByText("Der Anrufer sagte").waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved. It holds for calls that end from now on").waitFor();
  assert.equal((await get(page, "/api/summaries/settings")).own.language, "de");
  await page.getByRole("button", { name: "Summarize these calls" }).click();
  await page.getByRole("button", { name: "Cancel" }).waitFor();
  await page.getByText(/^Finished: [\d,]+ of [\d,]+ calls summarized\.$/).waitFor({ timeout: 120_000 });
  // As it was, for whoever tests after this.
  await page.getByLabel("Language").selectOption("");
  await page.getByLabel("What you want to know").fill("");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await until("the settings to be as before", async () => (await get(page, "/api/summaries/settings")).own.language === null);
  assert.deepEqual(troubles, []);
  await page.context().close();
});

test("a key of another workspace says what would be erased and wants the name typed", { timeout: 120_000 }, async () => {
  const { page } = await open(browser);
  await signIn(page, "customer@demo.test");
  await synced(page);
  await page.goto(`${BASE}/settings/integrations`);
  const [connection] = await get(page, "/api/connections");
  await page.getByRole("button", { name: "Change this connection" }).click();
  await page.getByRole("menuitem", { name: "Replace key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("New API key").fill("sk_simulator_main_full_access_4f7a");
  await dialog.getByRole("button", { name: "Replace key" }).click();
  await dialog.getByText("This key belongs to another workspace.").waitFor();
  await dialog.getByText(new RegExp(`^${connection.calls.toLocaleString("en-US")} calls with their transcripts$`)).waitFor();
  const erase = dialog.getByRole("button", { name: "Erase and change workspace" });
  assert.ok(await erase.isDisabled());
  await dialog.getByLabel("Name of the connection").fill(connection.name);
  await erase.click();
  // The agency has that one connected, so nothing is erased.
  await dialog.getByText("It can not take this place").waitFor();
  assert.equal((await get(page, "/api/connections"))[0].calls, connection.calls);
  await page.context().close();
});
