/** Calls as the phone's HTTP interface tells them, for pages to show. */

import type { WireCall } from "./wire_phone.ts";

/** A live call from Ada to the reception that was answered at `at` (ms since 1970). */
export function wireCall(id: string, more: Readonly<Record<string, unknown>> = {}): WireCall {
  const at = Date.now() - 60_000;
  return {
    id,
    state: "live",
    direction: "in",
    door: "sip",
    from: { user: "+4930901820", name: "Ada Berger" },
    to: { user: "reception" },
    startedAt: at - 300,
    answeredAt: at,
    codec: "PCMU",
    speaking: { caller: false, agent: false },
    quality: {
      mos: 4.36,
      lossPercent: 0.2,
      jitterMs: 1.4,
      roundTripMs: 21,
      late: 1,
      concealed: 20,
    },
    isRecording: false,
    isMuted: false,
    isOnHold: false,
    turns: 2,
    ...more,
  };
}

/** What was said in a call that was answered at `at`: an answer that was cut off, and one that was slow. */
export function wireTalk(at: number) {
  return {
    transcript: [
      { at: at + 600, turn: 0, who: "agent", text: "This is the Harbour Hotel." },
      { at: at + 3000, turn: 1, who: "caller", text: "Have you a room?" },
      { at: at + 5200, turn: 1, who: "agent", text: "Yes, a double room.", cut: "With a view." },
      { at: at + 7400, turn: 2, who: "caller", text: "And a garage?" },
      { at: at + 10_000, turn: 2, who: "agent", text: "Below the house." },
    ],
    timings: [
      {
        turn: 1,
        beganAt: at + 3000,
        endedAt: at + 4600,
        transcriptAt: at + 4696,
        firstTokenAt: at + 5008,
        firstAudioAt: at + 5172,
        firstPacketAt: at + 5186,
        interruptedAt: at + 7186,
        bargeInMs: 184,
        falseAlarms: 0,
      },
      {
        turn: 2,
        beganAt: at + 7400,
        endedAt: at + 8300,
        transcriptAt: at + 8400,
        firstTokenAt: at + 9900,
        firstAudioAt: at + 9980,
        firstPacketAt: at + 10_000,
        playedAt: at + 12_000,
        falseAlarms: 1,
      },
    ],
  };
}

/** A past call, with what was said in it. */
export function wirePast(id: string, more: Readonly<Record<string, unknown>> = {}): WireCall {
  const at = Date.UTC(2026, 10, 27, 9, 30);
  return {
    id,
    hasRecording: false,
    record: {
      version: 1,
      id,
      sipCallId: `${id}@127.0.0.1`,
      direction: "in",
      from: { user: "+4930901820", name: "Ada Berger" },
      to: { user: "reception" },
      startedAt: new Date(at - 300).toISOString(),
      answeredAt: new Date(at).toISOString(),
      endedAt: new Date(at + 12_000).toISOString(),
      ringMs: 300,
      durationMs: 12_000,
      end: { cause: "remote" },
      codec: "PCMU",
      latency: { p50: 586, p95: 1700, max: 1700 },
      keys: [],
      turns: [],
      quality: {
        heard: { mos: 4.36, lossShare: 0.002, jitterMs: 1.4, packets: 600, concealedMs: 20 },
      },
      ...more,
    },
    ...wireTalk(at),
  };
}

/** A recording of two channels at 8 kHz: the caller in the first half, the agent in the second. */
export function wireRecording(seconds: number): Uint8Array {
  const frames = seconds * 8000;
  const bytes = new Uint8Array(44 + 4 * frames);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  tag(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  tag(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 32_000, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 16, true);
  tag(36, "data");
  view.setUint32(40, 4 * frames, true);
  for (let frame = 0; frame < frames; frame++) {
    const sample = Math.round(8000 * Math.sin(frame / 3));
    view.setInt16(44 + 4 * frame + (frame < frames / 2 ? 0 : 2), sample, true);
  }
  return bytes;
}

/** How a phone with no trouble is. */
export function wireStatus(more: Readonly<Record<string, unknown>> = {}) {
  return {
    version: "0.1.0",
    startedAt: 0,
    uptimeMs: 1000,
    isReady: true,
    address: { address: "127.0.0.1", port: 5070 },
    calls: 1,
    counters: { offered: 13, answered: 10, refused: 2, failed: 1 },
    placed: { offered: 2, answered: 2, refused: 0, failed: 0 },
    load: { isOverloaded: false, latenessMs: 0.8 },
    freeswitch: { isConnected: true },
    trunks: [{ name: "provider", state: "registered" }],
    doors: ["sip"],
    isDraining: false,
    viewers: 1,
    ...more,
  };
}
