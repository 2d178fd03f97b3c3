// Drives the simulator with Mistral's JavaScript SDK, unmodified: mistral.mjs BASE_URL API_KEY.
import assert from "node:assert/strict";
import { Mistral } from "@mistralai/mistralai";

const [serverURL, apiKey] = process.argv.slice(2);
const client = new Mistral({ apiKey, serverURL });
const model = "ministral-8b-latest";
const call = JSON.stringify({
  language: "en",
  turns: [
    { speaker: "caller", text: "I want to move my appointment to Tuesday, thank you." },
    { speaker: "agent", text: "Of course. I will send you a confirmation." },
  ],
});
const messages = [{ role: "user", content: call }];

const models = await client.models.list();
assert(models.data.some((card) => card.id === model));

const plain = await client.chat.complete({ model, messages });
assert.equal(plain.choices[0].finishReason, "stop");
assert.match(plain.choices[0].message.content, /appointment/);
assert.equal(plain.usage.totalTokens, plain.usage.promptTokens + plain.usage.completionTokens);

const schemaDefinition = {
  type: "object",
  required: ["title"],
  additionalProperties: false,
  properties: { title: { type: "string" } },
};
const responseFormat = { type: "json_schema", jsonSchema: { name: "call", schemaDefinition, strict: true } };
const shaped = await client.chat.complete({ model, messages, responseFormat });
assert.deepEqual(Object.keys(JSON.parse(shaped.choices[0].message.content)), ["title"]);

let said = "";
for await (const event of await client.chat.stream({ model, messages })) {
  said += event.data.choices[0].delta.content ?? "";
}
assert.equal(said, plain.choices[0].message.content);

await assert.rejects(client.chat.complete({ model: "mistral-tiny", messages }), { statusCode: 400 });
await assert.rejects(new Mistral({ apiKey: "wrong", serverURL }).models.list(), { statusCode: 401 });
