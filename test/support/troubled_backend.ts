/**
 * A backend for the command line's `--backend` that tells one long story to whoever dials `good`, and
 * to all others is whatever a backend should not be: it throws, hangs, answers late, goes on after it
 * was cancelled, gives what is no answer.
 */
import { concatSamples, tone } from "../../src/audio/mod.ts";
import type { Parts, StepOptions, VoiceBackend } from "../../src/backend/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { wait } from "./wait.ts";

/** The rate of the story, which is the line's: what is sent is what was made. */
const RATE = 8000;

const PARTS = 30;
const PART_MS = 200;

/** The length of the story, in ms. */
export const STORY_MS = PARTS * PART_MS;

/** The story: each part of it has a pitch of its own, and none is silent for as long as a packet. */
export function story(): Int16Array {
  const parts = Array.from({ length: PARTS }, (_, index) => {
    return tone([400 + 50 * index], PART_MS, { levelDb: -12 });
  });
  return concatSamples(parts);
}

const random = new SeededRandom(1);
const good = new Set<string>();

/** What may become of a step whose answer would be `answer`. */
function trouble<T>(answer: T): Parts<T> {
  const late = async () => {
    await wait(random.uint32() % 3000);
    return answer;
  };
  const parts = async function* (count: number) {
    for (let i = 0; i < count; i++) {
      yield answer;
      await wait(random.uint32() % 300);
    }
    if (count % 2 === 0) throw new Error("It broke off");
  };
  switch (random.uint32() % 8) {
    case 0:
      throw new Error("It throws at once");
    case 1:
      return Promise.reject(new Error("It rejects"));
    case 2:
      return new Promise<T>(() => {});
    case 3:
      return late();
    case 4:
      return late().then(() => Promise.reject(new Error("It rejects late")));
    case 5:
      return { length: 3 } as unknown as T;
    case 6:
      return parts(1 + random.uint32() % 20);
    default:
      return answer;
  }
}

const troubled: VoiceBackend = {
  sampleRate: RATE,
  onCallStart({ sessionId, to }) {
    if (to.user === "good") {
      good.add(sessionId);
      // Sound and no words: the circuit that the others open would be open for this call, too.
      return { samples: story(), sampleRate: RATE };
    }
    return trouble("Hello, and welcome. What can I do?") as string | Promise<string>;
  },
  onCallEnd({ sessionId }) {
    if (!good.delete(sessionId)) throw new Error("It throws at the end");
  },
  onDtmf: () => trouble("A key.") as Promise<string>,
  onInterrupt: () => Promise.reject(new Error("It cannot be interrupted")),
  onNoInput: () => trouble("Are you there?") as Promise<string>,
  transcribe: () => trouble("Something."),
  async *transcribeStream(audio: ReadableStream<Int16Array>, _rate: number, options: StepOptions) {
    if (random.uint32() % 2 === 0) await new Promise(() => {});
    for await (const _ of audio) if (random.uint32() % 50 === 0) yield "some";
    // Goes on when nobody listens any more.
    while (options.signal.aborted) await wait(50);
    yield trouble("Something.") as string;
  },
  generate: () => trouble("One sentence. Another sentence, which is longer. And a third."),
  speak: (text) => trouble({ samples: tone([300], text.length * 60), sampleRate: RATE }),
};

export default troubled;
