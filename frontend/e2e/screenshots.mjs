// Pictures of every page for docs/screenshots: `node e2e/screenshots.mjs FOLDER` against a running demo, which it furnishes first
// with what people would have made there.
import { mkdirSync } from "node:fs";
import { BASE, launch, open, signIn, synced } from "./support.mjs";

const folder = process.argv[2] ?? "../docs/screenshots";
mkdirSync(folder, { recursive: true });
const browser = await launch();

const AGENCY = [
  ["dashboard", "/"], ["live", "/live"], ["wall", "/wall"], ["calls", "/calls"], ["search", "/calls?q=charged"],
  ["exports", "/exports"], ["agents", "/agents"], ["phone-numbers", "/phone-numbers"], ["customers", "/customers"],
  ["organization", "/settings/organization"], ["integrations", "/settings/integrations"], ["summaries", "/settings/summaries"],
  ["members", "/settings/members"], ["roles", "/settings/roles"], ["branding", "/settings/branding"], ["domains", "/settings/domains"],
  ["call-lists", "/settings/call-lists"], ["erasing", "/settings/privacy"], ["retention", "/settings/retention"],
  ["sign-in-rules", "/settings/security"], ["api-keys", "/settings/api-keys"], ["why", "/settings/why"], ["audit", "/settings/audit"],
  ["failed-work", "/settings/failed-work"], ["account", "/account"],
];
const PLATFORM = [["agencies", "/customers"], ["sent-mail", "/platform/mail"], ["platform-settings", "/platform/settings"]];

// What is there already is refused, which is as good.
async function furnish(page) {
  const send = (method, path, data) => page.request.fetch(`${BASE}/api${path}`, { method, data, headers: { origin: BASE } });
  for (const [name, colour] of [["Complaint", "red"], ["Follow up", "yellow"], ["New patient", "green"]]) {
    await send("POST", "/tags", { name, colour });
  }
  const dispositions = await (await page.request.get(`${BASE}/api/dispositions`)).json();
  if ((dispositions.items ?? dispositions).length === 0) {
    await send("PUT", "/dispositions", { items: ["Booked", "Call back", "Not interested"].map((name) => ({ name })) });
  }
  const views = await (await page.request.get(`${BASE}/api/calls/views`)).json();
  if (views.length === 0) {
    await send("POST", "/calls/views", { name: "Failed", shared: true, filter: { outcome: "failure" } });
    await send("POST", "/calls/views", { name: "Long ones", shared: false, filter: { seconds_from: 180 } });
  }
  const exports = await (await page.request.get(`${BASE}/api/exports`)).json();
  if (exports.length === 0) await send("POST", "/exports", { format: "xlsx", query: "status=done", transcripts: false });
}

for (const width of [1440, 390]) {
  for (const colorScheme of ["light", "dark"]) {
    const options = { viewport: { width, height: width === 390 ? 844 : 900 }, colorScheme };
    const { page, context } = await open(browser, options);
    const shoot = async (page, name) => {
      await page.waitForTimeout(900);
      await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png` });
    };
    const visit = async (page, pages) => {
      for (const [name, path] of pages) {
        await page.goto(`${BASE}${path}`);
        await page.getByRole("heading", { level: 1 }).first().waitFor();
        await page.waitForLoadState("networkidle", { timeout: 4000 }).catch(() => {});
        if (name === "live" && width > 400) {
          await page.locator("ul.divide-y button").first().click({ timeout: 20_000 });
          await page.waitForTimeout(4000);
        }
        await shoot(page, name);
      }
    };
    await page.goto(`${BASE}/login`);
    await page.getByLabel("E-mail").waitFor();
    await shoot(page, "sign-in");
    await signIn(page, "agency@demo.test");
    await synced(page);
    await furnish(page);
    await visit(page, AGENCY);
    const calls = await (await page.request.get(`${BASE}/api/calls?limit=20&status=done&outcome=success`)).json();
    const long = calls.items.sort((a, b) => b.message_count - a.message_count)[0];
    await page.goto(`${BASE}/calls/${long.id}`);
    await page.locator("ol.turns > li").first().waitFor();
    await shoot(page, "call");
    await context.close();

    const platform = await open(browser, options);
    await signIn(platform.page, "platform@demo.test");
    await visit(platform.page, PLATFORM);
    await platform.context.close();
  }
}
await browser.close();
