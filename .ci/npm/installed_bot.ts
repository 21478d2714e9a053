/**
 * What `.ci/npm/check` runs where the package is installed: a bot takes a call, and is served by HTTP.
 *
 * Its one argument is the runtime that runs it; on `node` nothing is served, as the server is one of
 * Bun or of Deno.
 */

import assert from "node:assert/strict";
import process from "node:process";
import { PhoneHandler, tone } from "@sofia/phone";
import { serveHttp } from "@sofia/phone/http";

const steps = {
  transcribe: () => "hello",
  generate: () => "Hello to you.",
  speak: () => ({ samples: tone([440], 400), sampleRate: 8000 }),
};
const local = { sipPort: 0, detector: "energy" } as const;

const bot = new PhoneHandler({
  ...local,
  ...{ rtpStartPort: 24_000, rtpEndPort: 24_099 },
  voiceBackend: { ...steps, onCallStart: () => "Hello." },
});
const { address, port } = await bot.start();
const server = process.argv[2] === "node" ? undefined : await serveHttp({ phone: bot, port: 0 });

// Who calls is a phone, too: its chain hears the bot.
let heardFrames = 0;
const caller = new PhoneHandler({
  ...local,
  ...{ rtpStartPort: 24_100, rtpEndPort: 24_199 },
  voiceBackend: () =>
    new TransformStream({
      transform(frame, controller) {
        if (frame.samples.some((sample: number) => Math.abs(sample) > 1000)) heardFrames++;
        controller.enqueue({ ...frame, samples: new Int16Array(frame.samples.length) });
      },
    }),
});
await caller.start();
const call = await caller.call(`sip:bot@${address}:${port}`);
const until = performance.now() + 10_000;
while (heardFrames < 10 && performance.now() < until) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
assert.ok(heardFrames >= 10, `heard ${heardFrames} frames of the bot`);

if (server !== undefined) {
  for (const path of ["/", "/phone", "/ready", "/calls", "/openapi.json"]) {
    const response: Response = await fetch(server.url + path);
    assert.equal(response.status, 200, path);
    assert.ok((await response.text()).length > 2, path);
  }
}
await call.hangup();
await server?.stop();
await caller.stop();
await bot.stop();
assert.equal(bot.counters.answered, 1);
process.stdout.write(`heard ${heardFrames} frames of the bot\n`);
process.exit(0);
