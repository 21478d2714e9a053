import { describe, expect, test } from "bun:test";
import { type Backend, mock } from "../../src/backend/mod.ts";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { SdpNegotiation, SipUserAgent } from "../../src/sip/mod.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { eventually } from "../support/wait.ts";
import { PreparedPhrases } from "../../src/phone/prepared_phrases.ts";

const conversation = { farewell: "Goodbye.", failure: { apology: "Sorry." } };

/** A voice that notes what it is asked for, and fails while `isDown` says so. */
function voice(isDown: (text: string) => boolean) {
  const asked: string[] = [];
  const spoken = mock();
  return {
    asked,
    backend: {
      ...spoken,
      speak(text: string, options: Parameters<typeof spoken.speak>[1]) {
        asked.push(text);
        if (isDown(text)) throw new Error("down");
        return spoken.speak(text, options);
      },
    },
  };
}

describe("PreparedPhrases", () => {
  test("asks again for what could not be had, and for nothing that is there", async () => {
    let isUp = false;
    const { asked, backend } = voice((text) => text === "Sorry." && !isUp);
    const prepared = new PreparedPhrases(backend, { conversation, clock: new VirtualClock() });
    await prepared.prepare();
    expect([prepared.phrases.get("Sorry."), prepared.phrases.get("Goodbye.")?.length]).toEqual([
      undefined,
      1,
    ]);
    isUp = true;
    await prepared.prepare();
    expect(prepared.phrases.get("Sorry.")?.length).toBe(1);
    await prepared.prepare();
    expect(asked).toEqual(["Sorry.", "Goodbye.", "Sorry."]);
  });

  test("asks once at a time, however many calls come", async () => {
    const { asked, backend } = voice(() => false);
    const prepared = new PreparedPhrases(backend, { conversation, clock: new VirtualClock() });
    await Promise.all([prepared.prepare(), prepared.prepare(), prepared.prepare()]);
    expect(asked).toEqual(["Sorry.", "Goodbye."]);
  });
});

describe("a phone whose phrases cannot be spoken", () => {
  test("speaks to all its callers", async () => {
    const greeted: string[] = [];
    let refused = 0;
    const voiceBackend: Backend = {
      ...mock({ greeting: "Hello." }),
      speak(text, { sessionId }) {
        if (text !== "Hello.") {
          refused++;
          throw new Error("only what was heard before");
        }
        greeted.push(sessionId);
        return { samples: new Int16Array(160), sampleRate: 8000 };
      },
    };
    const phone = new PhoneHandler({
      voiceBackend,
      sipPort: 0,
      ...SOUND_PORTS,
      detector: "energy",
    });
    const { address, port } = await phone.start();
    const caller = new SipUserAgent({ port: 0 });
    await caller.start();
    const codecs = [{ name: "PCMU", clockRate: 8000, payloadType: 0 }];
    const offer = () =>
      new SdpNegotiation(new SeededRandom(3)).offer({ address: "127.0.0.1", port: 9, codecs });
    // The phrases are asked for again with each call, and each time refused.
    for (let calls = 1; calls <= 8; calls++) {
      const before = refused;
      const call = await caller.invite({ target: `sip:desk@${address}:${port}`, sdp: offer() });
      await eventually("the greeting", () => greeted.length === calls);
      // Until their own circuit is open, too.
      await eventually("the phrases", () => refused > before || refused >= 5);
      await call.hangup();
    }
    expect(phone.counters.answered).toBe(8);
    await Promise.all([caller.stop(), phone.stop()]);
  }, 30_000);
});
