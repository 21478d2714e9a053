import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock/mod.ts";
import { TwilioVoice } from "../../src/door/twilio_voice.ts";
import { FarEnd } from "./socket_pair.ts";

/** A voice, and the names of what Twilio was sent: `media`, `clear`, and of marks their own. */
function scene() {
  const far = new FarEnd();
  const options = { clock: new VirtualClock(), streamSid: "MZ1", onStuck: () => {} };
  const voice = new TwilioVoice(far.socket, options);
  const says = (packets: number) => {
    for (let n = 0; n < packets; n++) voice.send(new Uint8Array(160));
  };
  const sent = () =>
    far.told.map(({ event, mark }) => event === "mark" ? (mark as { name: string }).name : event);
  return { voice, says, sent, far };
}

const MEDIA_5 = Array(5).fill("media");

describe("TwilioVoice", () => {
  test("marks each 100 ms of sound by how much there was", () => {
    const { says, sent, far } = scene();
    says(10);
    expect(sent()).toEqual([...MEDIA_5, "100", ...MEDIA_5, "200"]);
    expect(new Set(far.told.map(({ streamSid }) => streamSid))).toEqual(new Set(["MZ1"]));
  });

  test("marks the last words at once where it rests, and silence not at all", () => {
    const { voice, says, sent } = scene();
    says(2);
    for (let n = 0; n < 50; n++) voice.send(undefined);
    says(5);
    expect(sent()).toEqual(["media", "media", "40", ...MEDIA_5, "140"]);
  });

  test("marks nothing of what Twilio was told to drop", () => {
    const { voice, says, sent } = scene();
    says(4);
    voice.clear();
    voice.send(undefined);
    says(5);
    expect(sent()).toEqual([..."media media media media clear".split(" "), ...MEDIA_5, "180"]);
  });
});
