// Drives the simulator with ElevenLabs' JavaScript SDK, unmodified: check.mjs BASE_URL API_KEY.
// The SDK throws when a required field of an answer is missing, so that calling is most of the check.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { ElevenLabsClient } from "@elevenlabs/elevenlabs-js";

const [baseUrl, apiKey] = process.argv.slice(2);
const client = new ElevenLabsClient({ baseUrl, apiKey });
const convai = client.conversationalAi;

async function control(path, body) {
  const answer = await fetch(`${baseUrl}/_control/${path}`, { method: "POST", body: JSON.stringify(body) });
  return answer.json();
}

async function account() {
  assert.equal((await client.user.get()).subscription.tier, "pro");
  assert.equal((await client.user.subscription.get()).hasOpenInvoices, false);
  assert.ok((await client.models.list()).some((model) => model.modelId === "eleven_flash_v2_5"));
  const first = await client.voices.search({ pageSize: 5 });
  assert.equal(first.voices.length, 5);
  assert.equal(first.totalCount, 14);
  assert.equal((await client.voices.getAll()).voices.length, 14);
  assert.equal((await client.voices.get(first.voices[0].voiceId)).name, first.voices[0].name);
  assert.ok((await convai.llm.list()).llms.length > 0);
}

async function phoneNumbers(agentId) {
  const numbers = await convai.phoneNumbers.list();
  assert.equal(numbers.length, 12);
  assert.ok(numbers.some((number) => number.provider === "sip_trunk"));
  const number = numbers.find((number) => number.assignedAgent.agentId !== agentId);
  const given = await convai.phoneNumbers.update(number.phoneNumberId, { agentId });
  assert.equal(given.assignedAgent.agentId, agentId);
  assert.equal((await convai.phoneNumbers.get(number.phoneNumberId)).assignedAgent.agentId, agentId);
  assert.ok((await convai.agents.get(agentId)).phoneNumbers.some((of) => of.phoneNumberId === number.phoneNumberId));
  await convai.phoneNumbers.update(number.phoneNumberId, { agentId: number.assignedAgent.agentId });
  await assert.rejects(convai.phoneNumbers.get("phnum_none"), (error) => error.statusCode === 404);
  await assert.rejects(convai.phoneNumbers.update(number.phoneNumberId, { agentId: "agent_none" }), (error) => error.statusCode === 404);
}

async function callLimits(agentId) {
  const limits = { agentConcurrencyLimit: 0, dailyLimit: 100000, burstingEnabled: true };
  const changed = await convai.agents.update(agentId, { platformSettings: { callLimits: limits } });
  assert.equal(changed.platformSettings.callLimits.agentConcurrencyLimit, 0);
  assert.equal((await control("calls", { agent_id: agentId })).detail.code, "call_limit_reached");
  const back = await convai.agents.update(agentId, { platformSettings: { callLimits: { ...limits, agentConcurrencyLimit: -1 } } });
  assert.equal(back.platformSettings.callLimits.agentConcurrencyLimit, -1);
}

async function agents() {
  const listed = [];
  let cursor;
  do {
    const page = await convai.agents.list({ pageSize: 5, cursor });
    listed.push(...page.agents);
    cursor = page.hasMore ? page.nextCursor : undefined;
  } while (cursor);
  assert.equal(new Set(listed.map((agent) => agent.agentId)).size, 12);
  for (const agent of listed) await convai.agents.get(agent.agentId);
  const made = await convai.agents.create({
    name: "Made by the SDK",
    conversationConfig: { agent: { firstMessage: "Hello", prompt: { prompt: "Be brief." } } },
  });
  const changed = await convai.agents.update(made.agentId, { name: "Renamed", conversationConfig: { agent: { firstMessage: "Hi" } } });
  assert.equal(changed.name, "Renamed");
  assert.equal(changed.conversationConfig.agent.prompt.prompt, "Be brief.");
  const copy = await convai.agents.duplicate(made.agentId, { name: "Copy" });
  await convai.agents.widget.get(made.agentId);
  await convai.agents.link.get(made.agentId);
  for (const id of [made.agentId, copy.agentId]) await convai.agents.delete(id);
  await assert.rejects(convai.agents.get(made.agentId), (error) => error.statusCode === 404 && error.body.detail.code === "agent_not_found");
  return listed[0].agentId;
}

async function conversations(agentId) {
  const excludeStatuses = ["initiated", "in-progress", "processing"];
  const first = await convai.conversations.list({ pageSize: 100, summaryMode: "include", excludeStatuses });
  assert.equal(first.conversations.length, 100);
  const second = await convai.conversations.list({ pageSize: 100, cursor: first.nextCursor, excludeStatuses });
  const ids = new Set([...first.conversations, ...second.conversations].map((item) => item.conversationId));
  assert.equal(ids.size, 200);
  // Every kind of call passes through the SDK's validation.
  for (const id of ids) await convai.conversations.get(id);
  const done = (await convai.conversations.list({ pageSize: 1, callSuccessful: "success" })).conversations[0];
  const detail = await convai.conversations.get(done.conversationId);
  const sound = [];
  for await (const chunk of await convai.conversations.audio.get(done.conversationId)) sound.push(chunk);
  const bytes = Buffer.concat(sound);
  assert.equal(bytes[0], 0xff);
  assert.ok(Math.abs(bytes.length / 3000 - detail.metadata.callDurationSecs) < 2);
  await convai.conversations.feedback.create(done.conversationId, { feedback: "dislike" });
  await convai.conversations.delete(done.conversationId);
  assert.match((await convai.conversations.getSignedUrl({ agentId })).signedUrl, /^ws:.*conversation_signature=cvtkn_/);
  assert.ok((await convai.conversations.getWebrtcToken({ agentId })).token);
  assert.ok((await convai.analytics.liveCount.get()).count >= 0);
  await assert.rejects(convai.conversations.list({ pageSize: 101 }), (error) => error.statusCode === 422);
  await assert.rejects(convai.conversations.list({ cursor: "garbage" }), (error) => error.statusCode === 400);
}

async function webhooks() {
  const received = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    received.push([Buffer.concat(parts).toString(), request.headers["elevenlabs-signature"]]);
    response.end();
    server.emit("received");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const made = await client.webhooks.create({
    settings: { authType: "hmac", name: "SDK", webhookUrl: `http://127.0.0.1:${server.address().port}/hook` },
  });
  await convai.settings.update({ webhooks: { postCallWebhookId: made.webhookId, events: ["transcript"] } });
  const listed = (await client.webhooks.list({ includeUsages: true })).webhooks;
  assert.deepEqual(listed.map((hook) => hook.webhookId), [made.webhookId]);
  const call = await control("calls", { turn_interval_ms: 20, language: "fr" });
  let event;
  while (event?.data.conversation_id !== call.conversation_id) {
    if (received.length === 0) await once(server, "received", { signal: AbortSignal.timeout(30_000) });
    const [body, signature] = received.shift();
    event = await client.webhooks.constructEvent(body, signature, made.webhookSecret);
    await assert.rejects(client.webhooks.constructEvent(`${body} `, signature, made.webhookSecret));
  }
  assert.equal(event.type, "post_call_transcription");
  await client.webhooks.update(made.webhookId, { isDisabled: true, name: "off" });
  await client.webhooks.delete(made.webhookId);
  server.closeAllConnections();
  server.close();
}

await account();
const agent = await agents();
await phoneNumbers(agent);
await callLimits(agent);
await conversations(agent);
await webhooks();
console.log("the JavaScript SDK is content");
