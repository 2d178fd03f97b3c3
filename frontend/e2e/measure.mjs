// Sizes over the wire and times to what a person waits for: `node e2e/measure.mjs` against a running demo prints the tables
// that docs/benchmarks.md quotes.
import { launch } from "./support.mjs";
import { weigh } from "./weigh.mjs";

const VISITS = 5;
const browser = await launch();
const found = await weigh(browser, VISITS);
await browser.close();

const table = (head, rows) => {
  console.log([head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n"));
  console.log();
};
table(["what", `median of ${VISITS}, wanted in brackets`], [
  ["sign-in page over the wire", `${found.signIn} kB (200)`],
  ["dashboard over the wire, on top", `${found.dashboard} kB (100)`],
  [`largest chunk of a page (${found.pageName})`, `${found.page} kB (60)`],
  ["chunk of the application without any page", `${found.application} kB (60)`],
  ["sign-in form visible after navigation", `${found.formMs} ms (450)`],
  ["dashboard figures after the sign-in click", `${found.figuresMs} ms (400)`],
]);
table(["file of the sign-in page", "kB"], found.files);
table(["chunk", "kB"], found.chunks);
