// azurite with one container, made by Azure's own SDK; prints its port and ends with its standard input.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";

const [account, key] = process.argv.slice(2);
const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});
const main = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");
const azurite = spawn(process.execPath, [main, "--blobPort", String(port), "--inMemoryPersistence", "--silent",
  "--disableTelemetry", "--skipApiVersionCheck"], { stdio: ["ignore", "ignore", "inherit"] });
for (const signal of ["exit", "SIGTERM", "SIGINT"]) process.on(signal, () => azurite.kill());
process.stdin.on("end", () => { azurite.kill(); process.exit(); }).resume();

// Loading its thousands of files from a cold disk beside other work takes azurite a quarter of a minute and more.
azurite.on("exit", (code) => { console.error(`azurite ended with ${code}`); process.exit(1); });
const client = new BlobServiceClient(`http://127.0.0.1:${port}/${account}`, new StorageSharedKeyCredential(account, key),
  { retryOptions: { maxTries: 480, retryDelayInMs: 250, retryPolicyType: 1 } });
await client.getContainerClient("recordings").create();
console.log(JSON.stringify({ port }));
