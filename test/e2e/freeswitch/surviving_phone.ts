/**
 * A program over the library: a phone whose calls outlive it. Its agent greets with ten words and answers
 * with a hundred, in sentences of five; each word is 200 ms of a tone of 1000 Hz. It prints as a line of
 * JSON what happens.
 *
 * Arguments: the SIP port, the first and the last RTP port, the folder of the sessions or the address of
 * the Redis that has them, the port and the password of the event socket, and the port of the door; a port
 * is 0 where there is none.
 */
import process from "node:process";
import { tone } from "../../../src/audio/mod.ts";
import { PhoneHandler, type VoiceBackend } from "../../../mod.ts";
import { RedisStore } from "../../../src/call/redis.ts";

const WORD_MS = 200;
const [sipPort, rtpStartPort, rtpEndPort] = process.argv.slice(2, 5).map(Number);
const [where, eventPort, password, doorPort = "0"] = process.argv.slice(5);
const stored = where.includes("://") ? { store: new RedisStore(where) } : { folder: where };

function tell(what: string, call = "", more: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ what, call, at: Date.now(), ...more })}\n`);
}

function words(count: number, letter: string): string {
  const word = (_: unknown, i: number) =>
    `${letter}${String(i).padStart(3, "0")}${i % 5 === 4 ? "." : ""}`;
  return Array.from({ length: count }, word).join(" ");
}

let turns = 0;
const talking: VoiceBackend = {
  sampleRate: 8000,
  onCallStart: () => words(10, "a"),
  transcribe: () => `Question ${process.pid}-${++turns}.`,
  generate: () => words(100, "b"),
  speak: (text) => ({
    samples: tone([1000], text.split(" ").length * WORD_MS, { levelDb: -20 }),
    sampleRate: 8000,
  }),
};

const phone = new PhoneHandler({
  admission: false,
  voiceBackend: talking,
  sipPort,
  rtpStartPort,
  rtpEndPort,
  codecs: ["PCMU"],
  detector: "fvad",
  sessions: { ...stored, takeOverMs: 30_000 },
  ...(eventPort !== "0" && {
    freeswitch: {
      port: Number(eventPort),
      password,
      ...(doorPort !== "0" && { door: { port: Number(doorPort) } }),
    },
  }),
});
phone.on("freeswitch", ({ isConnected }) => tell(isConnected ? "linked" : "unlinked"));
phone.on("answered", ({ call }) => {
  const count = Number(call.memory.get("answered") ?? 0) + 1;
  call.memory.set("answered", count);
  tell("answered", call.id, { count, resumed: call.info.resumed, history: call.history });
});
phone.on(
  "ended",
  ({ call, end }) => tell("ended", call.id, { cause: end.cause, reason: end.reason }),
);
phone.on("error", ({ call, error }) => tell("error", call?.id, { error: String(error) }));
phone.on("session", ({ call, event }) => tell("session", call?.id, { event, type: event.type }));
phone.on("conversation", ({ call, event }) => {
  if (event.type === "transcript") tell("transcript", call.id, { text: event.text });
});

tell("starting");
await phone.start();
tell("ready");
process.once("SIGTERM", async () => {
  await phone.stop();
  tell("stopped", "", { ...phone.counters, ...phone.sessions.counters, ...phone.sessions.writes });
  process.exit(0);
});
process.on("SIGINT", () => {
  const calls = phone.calls.map(({ id }) => id);
  tell("counters", "", { ...phone.counters, ...phone.sessions.counters, calls });
});
