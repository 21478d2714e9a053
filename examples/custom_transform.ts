/**
 * A stage of your own in every call's chain: callers hear themselves as robots.
 *
 * Run it with `bun run examples/custom_transform.ts` or `deno run -A examples/custom_transform.ts`.
 */

import process from "node:process";
import { type AudioFrame, loopback, PhoneHandler } from "@sofia/phone";

/** Ring modulation: multiplies the voice with a sine. */
class RingModulator extends TransformStream<AudioFrame, AudioFrame> {
  constructor(frequency: number) {
    super({
      transform(frame, controller) {
        const step = 2 * Math.PI * frequency / frame.sampleRate;
        const samples = frame.samples.map((sample, i) =>
          sample * Math.sin(step * (frame.timestamp + i))
        );
        controller.enqueue({ ...frame, samples });
      },
    });
  }
}

const phone = new PhoneHandler({
  voiceBackend: loopback(),
  sipPort: Number(process.env.SOFIA_PHONE_SIP_PORT ?? 5070),
  // Made anew for each call; the names of the stages are in String(call.media.chain).
  pipeline: (chain) => chain.before("backend", () => new RingModulator(60), "robot"),
});

phone.on("answered", ({ call }) => console.log(String(call.media?.chain)));

const { address, port } = await phone.start();
console.log(`ready: dial sip:robot@${address}:${port}`);

process.once("SIGTERM", () => phone.stop());
process.once("SIGINT", () => phone.stop());
