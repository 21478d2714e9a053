/** How well a detector's answers fit the labels. */
import type { AudioFrame } from "../../src/audio/mod.ts";
import type { Detector } from "../../src/vad/mod.ts";
import { VoiceGate } from "../../src/vad/voice_gate.ts";

/** What came of one detector on one track. */
export interface Score {
  /** The area under the ROC curve, frame by frame: 1 is perfect, 0.5 is guessing. */
  readonly auc: number;
  /** Of the frames with a voice, how many were marked, by the usual thresholds. */
  readonly hits: number;
  /** Of the frames without, how many were marked. */
  readonly falseAlarms: number;
  /** From the first frame of a voice after 300 ms without to the end of the first one marked, in ms. */
  readonly onsetsMs: readonly number[];
  /** Voices of which nothing was marked within 600 ms. */
  readonly missed: number;
}

const PAUSE_FRAMES = 15;
const LATEST_FRAMES = 30;

/** Runs a detector over frames of 20 ms whose labels are `voice`, and closes it. */
export async function score(
  detector: Detector,
  frames: readonly AudioFrame[],
  voice: readonly boolean[],
): Promise<Score> {
  const gate = new VoiceGate();
  const likelihoods: number[] = [];
  const marked: boolean[] = [];
  for (const { samples, sampleRate, concealed } of frames) {
    const likelihood = await detector.detect(samples, sampleRate);
    likelihoods.push(likelihood);
    marked.push(gate.push(likelihood, { concealed, thresholds: detector.thresholds }));
  }
  detector.close();
  const share = (of: boolean) => {
    const those = marked.filter((_, i) => voice[i] === of);
    return those.filter(Boolean).length / those.length;
  };
  return {
    auc: rocArea(likelihoods, voice),
    hits: share(true),
    falseAlarms: share(false),
    ...onsets(marked, voice),
  };
}

/** The chance that a frame with a voice is more likely than one without; ties are half (Mann-Whitney). */
function rocArea(likelihoods: readonly number[], voice: readonly boolean[]): number {
  const order = likelihoods.map((_, i) => i).sort((a, b) => likelihoods[a] - likelihoods[b]);
  let [rankSum, voices] = [0, 0];
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && likelihoods[order[to]] === likelihoods[order[from]]) to++;
    const inTie = order.slice(from, to).filter((i) => voice[i]).length;
    rankSum += inTie * (from + to + 1) / 2;
    voices += inTie;
    from = to;
  }
  return (rankSum - voices * (voices + 1) / 2) / (voices * (order.length - voices));
}

function onsets(marked: readonly boolean[], voice: readonly boolean[]) {
  const onsetsMs: number[] = [];
  let missed = 0;
  for (let i = PAUSE_FRAMES; i < voice.length - LATEST_FRAMES; i++) {
    const begins = voice[i] && !voice.slice(i - PAUSE_FRAMES, i).includes(true);
    // Marked before it began: a false alarm, and no measure of speed.
    if (!begins || marked[i - 1]) continue;
    const frames = marked.slice(i, i + LATEST_FRAMES).indexOf(true);
    if (frames < 0) missed++;
    else onsetsMs.push((frames + 1) * 20);
  }
  return { onsetsMs: onsetsMs.sort((a, b) => a - b), missed };
}
