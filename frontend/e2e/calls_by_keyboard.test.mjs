// The call log without a mouse: J and K walk, Enter opens, Space plays and pauses, U marks as unread, ? shows the keys; typing stays typing.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { BASE, launch, open, signIn, synced, until } from "./support.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

const focusedRow = (page) => page.evaluate(() => {
  const row = document.activeElement?.closest("tr[data-row]");
  return row ? [...row.parentElement.children].indexOf(row) : -1;
});

const playing = (page) => page.evaluate(() => {
  const sound = document.querySelector(".player audio");
  return sound ? !sound.paused : null;
});

test("the log is worked through by keyboard", { timeout: 120_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test");
  await synced(page);
  await page.goto(`${BASE}/calls?status=done`);
  await page.getByRole("row").nth(3).waitFor();

  await page.keyboard.press("j");
  assert.equal(await focusedRow(page), 0);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  assert.equal(await focusedRow(page), 2);
  await page.keyboard.press("k");
  assert.equal(await focusedRow(page), 1);
  const outline = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  });
  assert.ok(outline, "the focus is visible");

  // Keys, shown and closed again.
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("Play or pause the recording").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").getByText("Play or pause the recording").waitFor({ state: "detached" });

  // Unread and read, told to who does not see it.
  const calls = (await (await page.request.get(`${BASE}/api/calls?status=done&limit=5`)).json()).items;
  await page.keyboard.press("j");
  const row = await focusedRow(page);
  const before = calls[row].work.unread;
  await page.keyboard.press("u");
  await page.getByRole("status").filter({ hasText: before ? "Marked as read" : "Marked as unread" }).waitFor();
  const after = await (await page.request.get(`${BASE}/api/calls/${calls[row].id}`)).json();
  assert.equal(after.work.unread, !before);

  // A call with a sound plays and pauses.
  const audible = (await (await page.request.get(`${BASE}/api/calls?status=done&limit=50`)).json()).items
    .find((call) => call.recording === "available");
  await page.goto(`${BASE}/calls/${audible.id}`);
  await page.locator(".player audio").waitFor({ state: "attached" });
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("Space");
  await until("the sound to play", () => playing(page));
  await page.keyboard.press("Space");
  await until("the sound to pause", async () => (await playing(page)) === false);

  // While somebody types, keys are letters.
  const note = page.getByLabel("Note");
  await note.fill("");
  await note.pressSequentially("just a k and a ?");
  assert.equal(await note.inputValue(), "just a k and a ?");
  assert.equal(await playing(page), false);
  assert.deepEqual(troubles, []);
});
