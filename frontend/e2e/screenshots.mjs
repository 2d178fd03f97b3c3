// Pictures of every page for docs/screenshots: `node e2e/screenshots.mjs FOLDER` against a running demo.
import { mkdirSync } from "node:fs";
import { BASE, launch, open, signIn, synced, until } from "./support.mjs";

const folder = process.argv[2] ?? "../docs/screenshots";
mkdirSync(folder, { recursive: true });
const browser = await launch();
const PAGES = [["dashboard", "/"], ["live", "/live"], ["calls", "/calls"], ["agents", "/agents"], ["phone-numbers", "/phone-numbers"], ["customers", "/customers"], ["integrations", "/settings/integrations"], ["customers", "/customers"],
  ["phone-numbers", "/phone-numbers"], ["members", "/settings/members"], ["branding", "/settings/branding"], ["domains", "/settings/domains"],
  ["exports", "/exports"], ["call-lists", "/settings/call-lists"], ["erasing", "/settings/privacy"], ["retention", "/settings/retention"], ["account", "/account"], ["api-keys", "/settings/api-keys"]];

for (const width of [1440, 390]) {
  for (const colorScheme of ["light", "dark"]) {
    const { page, context } = await open(browser, { viewport: { width, height: width === 390 ? 844 : 900 }, colorScheme });
    const shoot = async (name) => {
      await page.waitForTimeout(1200);
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png` });
    };
    await page.goto(`${BASE}/login`);
    await page.getByLabel("E-mail").waitFor();
    await shoot("sign-in");
    await signIn(page, "agency@demo.test");
    await synced(page);
    for (const [name, path] of PAGES) {
      await page.goto(`${BASE}${path}`);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      if (name === "live" && width > 400) {
        await page.locator("ul.divide-y button").first().click({ timeout: 20_000 });
        await page.waitForTimeout(4000);
      }
      await shoot(name);
    }
    const calls = await (await page.request.get(`${BASE}/api/calls?limit=20&status=done&outcome=success`)).json();
    const long = calls.items.sort((a, b) => b.message_count - a.message_count)[0];
    await page.goto(`${BASE}/calls/${long.id}`);
    await page.locator("ol.turns > li").first().waitFor();
    await shoot("call");
    await context.close();
  }
}
await browser.close();
