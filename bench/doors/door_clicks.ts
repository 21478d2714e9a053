/** A click is sent through a door and comes back: how long that takes, seen from outside. */
import { fromMuLaw, toMuLaw } from "../../test/support/caller/mu_law.ts";
import { AsteriskPeer } from "../../test/door/asterisk_peer.ts";

/** Messages from one click to the next, of 20 ms each. */
const SPACING = 10;
/** Messages before the first click, in which both sides find their rhythm. */
const WARM_UP = 50;
/** How high a click is. They take turns, so that one that is back after 1.2 s is still known. */
const HEIGHTS = [9000, 12_000, 16_000, 20_000, 25_000, 31_000];
/** The height from which on a sample counts as a click. */
const LOUD = 7500;

/** One caller's way in. */
export interface DoorWay {
  /** Hz. */
  readonly sampleRate: number;
  /** Sends 20 ms of sound. */
  send(samples: Int16Array): void;
  /** Told of each piece of sound that comes back. */
  onSound: (samples: Int16Array) => void;
  /** Ends the call. */
  close(): void;
}

/** The round trips of some clicks. */
export interface RoundTrips {
  /** Milliseconds each, in no order. */
  readonly times: number[];
  /** Clicks that never came back. */
  readonly missed: number;
}

/** Sends `count` clicks, 200 ms apart, and times their return: see `timeClicks` of round_trip. */
export async function timeDoorClicks(
  way: DoorWay,
  count: number,
  phaseMs: number,
): Promise<RoundTrips> {
  const perMs = way.sampleRate / 1000;
  const size = 20 * perMs;
  const waiting = new Map<number, number>();
  const times: number[] = [];
  way.onSound = (samples) => {
    const at = performance.now();
    const place = samples.findIndex((sample) => sample > LOUD);
    if (place < 0) return;
    const distances = HEIGHTS.map((height) => Math.abs(height - samples[place]));
    const height = distances.indexOf(Math.min(...distances));
    const left = waiting.get(height);
    if (left === undefined) return;
    waiting.delete(height);
    times.push(at + place / perMs - left);
  };
  const start = Math.ceil(performance.now() / 20) * 20 + 20 + phaseMs;
  for (let index = 0; index < WARM_UP + SPACING * count; index++) {
    const samples = new Int16Array(size);
    const click = (index - WARM_UP) / SPACING;
    const isClick = Number.isInteger(click) && click >= 0;
    // 37 has no factor in common with a message, so that all places have a turn.
    const place = isClick ? (click * 37) % size : 0;
    if (isClick) samples[place] = HEIGHTS[click % HEIGHTS.length];
    await until(start + 20 * index);
    if (isClick) waiting.set(click % HEIGHTS.length, performance.now() + place / perMs);
    way.send(samples);
  }
  await until(performance.now() + 1000);
  return { times, missed: count - times.length };
}

async function until(at: number): Promise<void> {
  const wait = at - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}

/** By the door for browsers. */
export async function browserWay(port: number, sampleRate = 16_000): Promise<DoorWay> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/phone/socket`);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => typeof data === "string" && resolve(data);
    socket.onerror = reject;
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", sampleRate }));
  });
  const way: DoorWay = {
    sampleRate,
    send: (samples) => socket.send(samples.slice()),
    onSound: () => {},
    close: () => socket.close(),
  };
  socket.onmessage = ({ data }) => {
    if (typeof data !== "string") way.onSound(new Int16Array(data as ArrayBuffer));
  };
  return way;
}

/** By the door for Twilio: each 20 ms is JSON and base64 both ways. */
export async function twilioWay(port: number, index: number): Promise<DoorWay> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/twilio/socket`);
  const sid = index.toString(16).padStart(32, "0");
  const streamSid = `MZ${sid}`;
  const say = (message: Record<string, unknown>) =>
    socket.send(JSON.stringify({ ...message, streamSid }));
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const mediaFormat = { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 };
  say({ event: "start", start: { streamSid, callSid: `CA${sid}`, mediaFormat } });
  const way: DoorWay = {
    sampleRate: 8000,
    send: (samples) => {
      const payload = Buffer.from(Uint8Array.from(samples, toMuLaw)).toString("base64");
      say({ event: "media", media: { track: "inbound", payload } });
    },
    onSound: () => {},
    close: () => socket.close(),
  };
  socket.onmessage = ({ data }) => {
    const { event, media } = JSON.parse(data);
    if (event !== "media") return;
    way.onSound(Int16Array.from(Buffer.from(media.payload, "base64"), fromMuLaw));
  };
  return way;
}

/** By AudioSocket. */
export async function asteriskWay(port: number, index: number): Promise<DoorWay> {
  const peer = await AsteriskPeer.connect(port);
  peer.name(`40325ec2-5efd-4bd3-805f-${index.toString(16).padStart(12, "0")}`);
  const way: DoorWay = {
    sampleRate: 8000,
    send: (samples) => peer.sound([...samples]),
    onSound: () => {},
    close: () => peer.leave(),
  };
  peer.onSound = (bytes) =>
    way.onSound(
      Int16Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readInt16LE(2 * at)),
    );
  return way;
}
