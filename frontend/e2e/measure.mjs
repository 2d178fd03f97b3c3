// Sizes over the wire and times to what a person waits for: `node e2e/measure.mjs` against a running demo. Prints one
// JSON object; docs/benchmarks.md quotes it.
import { BASE, PASSWORD, launch, open } from "./support.mjs";

const browser = await launch();
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const runs = [];
for (let run = 0; run < 5; run++) {
  const { page, context } = await open(browser);
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  const files = {};
  const urls = new Map();
  session.on("Network.responseReceived", (event) => urls.set(event.requestId, event.response.url));
  session.on("Network.loadingFinished", (event) => {
    bytes += event.encodedDataLength;
    const url = urls.get(event.requestId);
    if (url) files[new URL(url).pathname] = event.encodedDataLength;
  });
  const start = performance.now();
  await page.goto(`${BASE}/login`, { waitUntil: "commit" });
  await page.getByLabel("E-mail").waitFor();
  const form = performance.now() - start;
  await page.waitForLoadState("networkidle");
  const first = bytes;
  await page.getByLabel("E-mail").fill("agency@demo.test");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  const click = performance.now();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator("[data-stat] [data-value]").first().waitFor();
  const figures = performance.now() - click;
  await page.waitForLoadState("networkidle").catch(() => undefined);
  runs.push({ form, figures, first, dashboard: bytes - first, files });
  await context.close();
}
await browser.close();
const last = runs.at(-1);
const chunks = Object.entries(last.files).filter(([path]) => path.endsWith(".wasm")).sort((a, b) => b[1] - a[1]);
console.log(JSON.stringify({
  sign_in_form_ms: Math.round(median(runs.map((r) => r.form))),
  dashboard_figures_ms: Math.round(median(runs.map((r) => r.figures))),
  first_load_kb: Math.round(last.first / 100) / 10,
  dashboard_more_kb: Math.round(last.dashboard / 100) / 10,
  wasm: Object.fromEntries(chunks),
}, null, 2));
