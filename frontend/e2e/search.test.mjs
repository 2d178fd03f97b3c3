// Searching what was said, and keeping filters as a view.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { BASE, launch, open, signIn, synced } from "./support.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

// A word that somebody says in the latest call with a transcript, long enough to be no stop word.
async function spokenWord(page) {
  const calls = await (await page.request.get(`${BASE}/api/calls?limit=20&status=done`)).json();
  for (const { id } of calls.items) {
    const call = await (await page.request.get(`${BASE}/api/calls/${id}`)).json();
    for (const turn of call.transcript ?? []) {
      const word = turn.message?.match(/\b[a-z]{7,}\b/)?.[0];
      if (word && turn.speaker === "caller") return word;
    }
  }
  throw new Error("nobody said a word");
}

test("a found word is shown below its call, and the call opens at it", { timeout: 90_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test");
  await synced(page);
  const word = await spokenWord(page);
  await page.goto(`${BASE}/calls`);
  await page.getByRole("searchbox", { name: "Words or number" }).fill(word);
  const line = page.getByTitle("Open the call here").first();
  await line.waitFor();
  assert.ok(await line.locator("mark.found").count());
  await line.click();
  await page.getByRole("region", { name: "Found in this call" }).waitFor();
  await page.locator("ol.turns mark.found").first().waitFor();
  assert.match(page.url(), /\/calls\/[0-9a-f-]+\?q=/);
  assert.deepEqual(troubles, []);
});

test("filters become a view that is opened, changed and deleted", { timeout: 90_000 }, async () => {
  const { page, troubles } = await open(browser, { viewport: { width: 390, height: 844 } });
  await signIn(page, "agency@demo.test", "/calls");
  await page.locator("tr[data-row]").first().waitFor();
  await page.getByRole("button", { name: "More filters" }).click();
  await page.getByLabel("Length from").fill("wrong");
  await page.getByRole("button", { name: "Show calls" }).click();
  await page.getByText("Write a length such as 90 or 1:30").waitFor();
  await page.getByLabel("Length from").fill("0:05");
  await page.getByRole("button", { name: "Show calls" }).click();
  await page.getByRole("button", { name: "Remove filter: Length from 5s" }).waitFor();
  const name = `Longer ${Date.now()}`;
  await page.getByRole("button", { name: "Save view" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.locator("dialog[open]").getByRole("button", { name: "Save view" }).click();
  const chip = page.getByRole("group", { name: "Saved views" }).getByRole("button", { name });
  await chip.waitFor();
  await page.getByRole("button", { name: "All calls" }).click();
  await page.waitForURL(/\/calls$/);
  await chip.click();
  await page.waitForURL(/seconds_from=5/);
  await page.getByRole("button", { name: "Change this view" }).click();
  await page.getByRole("menuitem", { name: "Delete view" }).click();
  await chip.waitFor({ state: "detached" });
  assert.deepEqual(troubles, []);
});
