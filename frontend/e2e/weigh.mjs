// What the first load costs over the wire, and how long a person waits for it.
import http from "node:http";
import { BASE, PASSWORD, open } from "./support.mjs";

const KB = (bytes) => Math.round(bytes / 100) / 10;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

// Notes in the page itself when something is first shown: Playwright looks at growing intervals, half a second in the end.
function watch() {
  const shown = { form: 'input[type="email"]', figures: "[data-stat] [data-value]" };
  const seen = (window.seen = {});
  new MutationObserver(() => {
    for (const [what, selector] of Object.entries(shown)) {
      if (what in seen || !document.querySelector(selector)?.getClientRects().length) continue;
      seen[what] = NaN;
      // Painted with the next frame.
      requestAnimationFrame(() => { seen[what] = performance.now(); });
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
  addEventListener("click", () => { seen.click = performance.now(); }, true);
}

// One visit with an empty cache: the sign-in page, then the dashboard.
async function visit(browser) {
  const { page, context } = await open(browser);
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  const urls = new Map();
  const files = {};
  const byDictionary = new Set();
  let bytes = 0;
  session.on("Network.responseReceived", ({ requestId, response }) => {
    urls.set(requestId, response.url);
    if (response.headers["content-encoding"] === "dcb") byDictionary.add(response.url.split("/").at(-1));
  });
  session.on("Network.loadingFinished", (event) => {
    bytes += event.encodedDataLength;
    const url = urls.get(event.requestId);
    if (url) files[new URL(url).pathname] = event.encodedDataLength;
  });

  await page.addInitScript(watch);
  await page.goto(`${BASE}/login`, { waitUntil: "commit" });
  await page.getByLabel("E-mail").waitFor();
  await page.waitForLoadState("networkidle");
  const first = bytes;
  const firstFiles = { ...files };

  // As fast as a password manager: nothing but the form's own first letter fetches anything ahead.
  await page.getByLabel("E-mail").fill("agency@demo.test");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator("[data-stat] [data-value]").first().waitFor();
  await page.waitForFunction(() => window.seen.figures > 0);
  const { form, figures, click } = await page.evaluate(() => window.seen);
  // The live socket stays open; what is still on its way is not.
  await page.waitForTimeout(1500);
  await context.close();
  return { form, figures: figures - click, first, more: bytes - first, firstFiles, byDictionary: [...byDictionary] };
}

// Bytes of every chunk as the server sends it to a browser.
async function chunks(firstFiles) {
  const loader = Object.keys(firstFiles).find((path) => path.endsWith("/__wasm_split.js"));
  const script = await (await fetch(`${BASE}${loader}`)).text();
  const calls = [...script.matchAll(/ = load\(([^)]*)\)/g)].map((match) => match[1]);
  const names = new Set(calls.flatMap((list) => [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1])));
  const sizes = {};
  for (const name of names) sizes[name] = await length(loader.replace("__wasm_split.js", `${name}.wasm`));
  return sizes;
}

function length(path) {
  return new Promise((resolve, reject) => {
    const request = http.get(`${BASE}${path}`, { headers: { "accept-encoding": "br" } }, (reply) => {
      let bytes = 0;
      reply.on("data", (part) => { bytes += part.length; });
      reply.on("end", () => (reply.statusCode === 200 ? resolve(bytes) : reject(new Error(`${path}: ${reply.statusCode}`))));
    });
    request.on("error", reject);
  });
}

// Kilobytes and milliseconds; times are medians.
export async function weigh(browser, visits) {
  const runs = [];
  for (let run = 0; run < visits; run++) runs.push(await visit(browser));
  const last = runs.at(-1);
  const sizes = await chunks(last.firstFiles);
  const { application, ...pages } = sizes;
  const largest = Object.entries(pages).sort((a, b) => b[1] - a[1])[0];
  return {
    signIn: KB(median(runs.map((run) => run.first))),
    dashboard: KB(median(runs.map((run) => run.more))),
    application: KB(application),
    page: KB(largest[1]),
    pageName: largest[0],
    byDictionary: last.byDictionary,
    formMs: Math.round(median(runs.map((run) => run.form))),
    figuresMs: Math.round(median(runs.map((run) => run.figures))),
    files: Object.entries(last.firstFiles).map(([path, bytes]) => [path.split("/").at(-1) || "/", KB(bytes)]),
    chunks: Object.entries(sizes).map(([name, bytes]) => [name, KB(bytes)]).sort((a, b) => b[1] - a[1]),
  };
}
