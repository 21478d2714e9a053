import { describe, expect, test } from "bun:test";
import { VoiceGate } from "../../src/vad/voice_gate.ts";

/** What comes of likelihoods; of those in brackets, as concealed frames. */
function gated(likelihoods: readonly (number | readonly [number])[]): string {
  const gate = new VoiceGate();
  const speech = likelihoods.map((one) =>
    typeof one === "number" ? gate.push(one) : gate.push(one[0], { concealed: true })
  );
  return speech.map((yes) => yes ? "v" : ".").join("");
}

describe("VoiceGate", () => {
  test("takes more for a voice to begin than to go on", () => {
    expect(gated([0.49, 0.5, 0.36, 0.35, 0.34, 0.49, 0.5])).toBe(".vvv..v");
  });

  test("lets a voice go on in a concealed frame, and end there, but not begin", () => {
    expect(gated([[1], [1], 0.6, [0.4], [0.3], [1], 0.4, 0.5])).toBe("..vv...v");
  });

  test("measures by the detector's own thresholds", () => {
    const gate = new VoiceGate();
    const thresholds = { start: 0.9, stay: 0.8 };
    expect(gate.push(0.85, { thresholds })).toBe(false);
    expect(gate.push(0.9, { thresholds })).toBe(true);
    expect(gate.push(0.8, { thresholds })).toBe(true);
    expect(gate.push(0.79, { thresholds })).toBe(false);
  });
});
