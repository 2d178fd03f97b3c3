// The main job of the product, in a real browser: sign in, a call goes live, its turns appear as they are spoken, it
// ends, it stands in the call log, its recording plays.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { BASE, control, launch, open, signIn, synced, until } from "./support.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

test("a simulated call is watched live, ends, stands in the log and its recording plays", { timeout: 240_000 }, async () => {
  const { page, troubles } = await open(browser);
  await signIn(page, "agency@demo.test");
  await synced(page);
  await page.getByRole("link", { name: /^Live/ }).first().click();
  await page.getByRole("heading", { name: "Live", level: 1 }).waitFor();

  // Of an agent that is still the agency's own: other tests give some away.
  const agents = await (await page.request.get(`${BASE}/api/agents?limit=50`)).json();
  const agent = agents.items.find((one) => one.monitoring && !one.archived);
  const { conversation_id } = await control("calls", { agent_id: agent.provider_agent_id, turns: 6, turn_interval_ms: 1500 });
  const call = await until("the call in the API's snapshot", async () => {
    const snapshot = await (await page.request.get(`${BASE}/api/live/calls`)).json();
    return snapshot.running.find((running) => running.conversation_id === conversation_id);
  });
  // By its number or its agent the row could be another's: the page's own address names the call.
  await page.goto(`${BASE}/live?call=${call.id}`);
  await page.getByRole("heading", { name: call.agent.name, level: 2 }).waitFor({ timeout: 10_000 });
  assert.ok((await page.locator("ul button[aria-current]").count()) >= 1, "the call is not marked in the list");

  const turns = page.locator("ol.turns > li");
  await until("the first turn", async () => (await turns.count()) >= 1);
  const early = await turns.count();
  await until("further turns without a reload", async () => (await turns.count()) > early);

  await until("the call to be over", async () => {
    const detail = await (await page.request.get(`${BASE}/api/calls/${call.id}`)).json();
    return detail.status === "done" && detail.recording === "available" && detail.transcript.length >= 6;
  }, 90);

  await page.goto(`${BASE}/calls`);
  const logged = page.locator(`a[href="/calls/${call.id}"]`).first();
  await logged.waitFor();
  await logged.click();
  await page.waitForURL(`**/calls/${call.id}**`);
  const said = page.locator("ol.turns > li");
  await until("the whole transcript", async () => (await said.count()) >= 6);

  await page.getByRole("button", { name: "Play", exact: true }).click();
  const position = () => page.evaluate(() => document.querySelector("audio")?.currentTime ?? 0);
  await until("the recording to play", async () => (await position()) > 0.5);
  const duration = await page.evaluate(() => document.querySelector("audio").duration);
  assert.ok(duration > 3, `a recording of ${duration} s`);

  // Something of the call changes while it plays: it is read again, and plays on.
  const player = await page.evaluateHandle(() => document.querySelector("audio"));
  const again = page.waitForResponse((reply) => new URL(reply.url()).pathname === `/api/calls/${call.id}`);
  const ordered = await page.request.post(`${BASE}/api/calls/${call.id}/summary`, { data: {}, headers: { origin: BASE } });
  assert.equal(ordered.status(), 202);
  await again;
  await page.waitForTimeout(500);
  assert.ok(await player.evaluate((audio) => audio.isConnected && !audio.paused), "the sound stopped");

  const later = said.nth(3);
  const before = await position();
  const turn = (await (await page.request.get(`${BASE}/api/calls/${call.id}`)).json()).transcript[3];
  assert.ok(turn.at_seconds > before, "the turn to jump to has passed already");
  await later.locator("button.turn").first().click();
  await until("the player to jump to the turn", async () => (await position()) >= turn.at_seconds);
  assert.deepEqual(troubles, []);
});
