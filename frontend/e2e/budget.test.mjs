// The first load stays as small as it was made, which is within what docs/benchmarks.md wants.
import { test } from "node:test";
import assert from "node:assert/strict";
import { launch } from "./support.mjs";
import { weigh } from "./weigh.mjs";

// Kilobytes over the wire.
const SIGN_IN = 198;
const DASHBOARD = 100;
// Without what the sign-in page fetches ahead, and without the live connection.
const APPLICATION = 40;
const PAGE = 60;

test("the first load stays within its budget", { timeout: 120_000 }, async () => {
  const browser = await launch();
  const found = await weigh(browser, 1).finally(() => browser.close());
  assert.ok(found.signIn <= SIGN_IN, `the sign-in page takes ${found.signIn} kB`);
  assert.ok(found.dashboard <= DASHBOARD, `the dashboard takes ${found.dashboard} kB more`);
  assert.ok(found.application <= APPLICATION, `the application takes ${found.application} kB`);
  assert.ok(found.page <= PAGE, `the chunk ${found.pageName} takes ${found.page} kB`);
  assert.ok(found.page > 5 && found.application > 30 && found.dashboard > 50, "nothing was weighed");
  // Six chunks come before the figures stand.
  assert.ok(found.byDictionary.length >= 5, `packed with the main module as their dictionary: ${found.byDictionary}`);
});
