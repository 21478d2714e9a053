import { describe, expect, test } from "bun:test";
import { eventually } from "../wait.ts";
import { RealtimeService } from "./realtime_service.ts";

const KEY = "sk-test";
const format = { type: "audio/pcmu" };
const input = { format, turn_detection: { type: "server_vad" } };
const session = { type: "realtime", audio: { input, output: { format, voice: "marin" } } };
const SETUP = { type: "session.update", session };

/** A client whose server's events are gathered. */
async function connect(service: RealtimeService, address = `${service.url}?model=m`, key = KEY) {
  const options = { headers: { authorization: `Bearer ${key}` } } as object;
  const socket = new WebSocket(address, options as string[]);
  // deno-lint-ignore no-explicit-any
  const events: any[] = [];
  socket.onmessage = ({ data }) => events.push(JSON.parse(data));
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onclose = () => resolve(false);
  });
  return {
    isOpen,
    socket,
    events,
    /** Sends an event, and waits for one of this type. */
    ask: async (event: object | string, type: string) => {
      const from = events.length;
      socket.send(typeof event === "string" ? event : JSON.stringify(event));
      const found = () => events.slice(from).find((event) => event.type === type);
      await eventually(`${type} comes`, () => found() !== undefined, 3000);
      return found();
    },
  };
}

describe("RealtimeService", () => {
  test("takes a client that shows the key and names a model, and no other", async () => {
    await using service = await RealtimeService.start({ key: KEY, answersMs: [500] });
    const [right, ...wrong] = await Promise.all([
      connect(service),
      connect(service, `${service.url}?model=m`, "sk-other"),
      connect(service, service.url),
      connect(service, `${service.url}s?model=m`),
    ]);
    expect(right.isOpen).toBe(true);
    await eventually("it begins", () => right.events[0]?.type === "session.created");
    expect(wrong.map(({ isOpen }) => isOpen)).toEqual([false, false, false]);
    expect(service.refused.sort()).toEqual([400, 401, 404]);
    right.socket.close();
  });

  test("answers what it cannot take with an error, and goes on", async () => {
    await using service = await RealtimeService.start({ key: KEY, answersMs: [500] });
    const { ask, socket } = await connect(service);
    const wrong: readonly (readonly [object | string, string])[] = [
      ["{", "not a JSON object"],
      [{ type: "response.audio.append" }, "Invalid value: 'response.audio.append'"],
      [{ type: "session.update", session: { ...session, type: "speech" } }, "'speech'"],
      [{ type: "session.update", session: { ...session, speed: 2 } }, "'session.speed'"],
      [{ type: "session.update", session: { type: "realtime" } }, "'session.audio'"],
      [{ type: "input_audio_buffer.append", audio: "!" }, "base64"],
      [{ type: "response.create", modalities: ["audio"] }, "'modalities'"],
      [{ type: "response.create" }, "set it up first"],
    ];
    for (const [event, message] of wrong) {
      expect((await ask(event, "error")).error.message).toContain(message);
    }
    await ask(SETUP, "session.updated");
    socket.close();
  });

  test("answers, and lets no more be cut off an answer than there is", async () => {
    await using service = await RealtimeService.start({ key: KEY, answersMs: [500] });
    const { ask, events, socket } = await connect(service);
    await ask(SETUP, "session.updated");
    await ask({ type: "response.create" }, "response.done");
    const deltas = events.filter(({ type }) => type === "response.output_audio.delta");
    const bytes = deltas.map(({ delta }) => atob(delta).length);
    expect(bytes.reduce((sum, length) => sum + length, 0)).toBe(4000);
    const [{ item_id }] = deltas;
    const cut = { type: "conversation.item.truncate", item_id, content_index: 0 };
    const wrong: readonly (readonly [object, string])[] = [
      [{ ...cut, audio_end_ms: 501 }, "already shorter than 501ms"],
      [{ ...cut, audio_end_ms: 1.5 }, "'audio_end_ms'"],
      [{ ...cut, audio_end_ms: 100, content_index: 1 }, "'content_index'"],
      [{ ...cut, audio_end_ms: 100, item_id: "item_0" }, "not found"],
    ];
    for (const [event, message] of wrong) {
      expect((await ask(event, "error")).error.message).toContain(message);
    }
    const done = await ask({ ...cut, audio_end_ms: 123 }, "conversation.item.truncated");
    expect(done.audio_end_ms).toBe(123);
    expect(service.sessions[0].answers[0].truncatedMs).toBe(123);
    socket.close();
  });

  test("hears a voice begin and end, and answers it", async () => {
    await using service = await RealtimeService.start({ key: KEY, answersMs: [500] });
    const { ask, events, socket } = await connect(service);
    await ask(SETUP, "session.updated");
    const sound = (code: number, ms: number) => {
      const audio = btoa(String.fromCharCode(...new Uint8Array(8 * ms).fill(code)));
      return { type: "input_audio_buffer.append", audio };
    };
    socket.send(JSON.stringify(sound(0xff, 200)));
    const began = await ask(sound(0x80, 400), "input_audio_buffer.speech_started");
    expect(began.audio_start_ms).toBe(200);
    await ask(sound(0xff, 600), "response.done");
    const stopped = events.find(({ type }) => type === "input_audio_buffer.speech_stopped");
    expect(stopped.audio_end_ms).toBe(1100);
    socket.close();
  });
});
