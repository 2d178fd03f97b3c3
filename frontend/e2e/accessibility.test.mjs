// axe finds nothing on any page, light and dark, wide and narrow; nothing is wider than the screen.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import AxeBuilder from "@axe-core/playwright";
import { BASE, launch, open, signIn, synced } from "./support.mjs";

const PAGES = ["/", "/live", "/calls", "/agents", "/phone-numbers", "/customers", "/settings/organization", "/settings/integrations", "/settings/summaries", "/settings/members", "/settings/roles", "/settings/security", "/settings/api-keys", "/settings/why", "/account", "/account/email", "/exports", "/settings/call-lists", "/settings/privacy", "/settings/retention"];
const LOOKS = [
  { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
];

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

async function check(page, name) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`);
  assert.deepEqual(found, [], name);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${name} is ${overflow} px wider than the screen`);
}

for (const look of LOOKS) {
  const title = `${look.viewport.width} px, ${look.colorScheme}`;
  test(`axe finds nothing at ${title}`, { timeout: 180_000 }, async () => {
    const { page } = await open(browser, look);
    await page.goto(`${BASE}/login`);
    await page.getByLabel("E-mail").waitFor();
    await check(page, `/login, ${title}`);
    await signIn(page, "agency@demo.test");
    await synced(page);
    for (const path of PAGES) {
      await page.goto(`${BASE}${path}`);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      await page.waitForTimeout(800);
      await check(page, `${path}, ${title}`);
    }
    const calls = await (await page.request.get(`${BASE}/api/calls?limit=1&status=done`)).json();
    await page.goto(`${BASE}/calls/${calls.items[0].id}`);
    await page.locator("ol.turns > li").first().waitFor();
    await check(page, `/calls/…, ${title}`);
  });
}
