/** What the agent of the benchmarks says in words, and how those sound. */
import { SentenceSplitter, type Speech } from "../../src/backend/mod.ts";
import { syntheticSpeech, type TimedSpeech } from "../../src/testing/mod.ts";

/** Between two words of a language model, in ms. */
export const TOKEN_MS = 50;
/** What a voice needs to say a sentence, in ms. */
export const SPEAK_MS = 100;

/** What is answered word by word: three sentences of nine to eleven words. */
export const ANSWER: readonly string[] = [
  "Certainly, I have found three rooms for those two nights. ",
  "The first one is on the quiet side of the house. ",
  "Shall I read out the prices of all three to you?",
];

/** Words and how many to interrupt: long ones and short ones, numbers and lists, one sentence and many. */
const STORIES: readonly string[] = [
  "The hotel has a garden with old apple trees, a small library on the second floor, and a kitchen " +
  "that is open until eleven in the evening. Breakfast is served from seven to ten. Dogs are welcome.",
  "Yes. No. Well, it is up to you. We can go on. We can stop. I do not mind at all. Just say so. " +
  "Then we shall see what there is to do. It is a fine day. So be it.",
  "Internationally recognised telecommunications administrators occasionally misunderstand " +
  "straightforward instructions concerning interoperability, notwithstanding comprehensive documentation.",
  "Your number is five five five, zero one two, eight eight four, nine; your room is on floor three, " +
  "number three hundred and twelve, and the code of the door is four, seven, one, one.",
];

/** Story number `index`; there are four, again and again. */
export function storyOf(index: number): string {
  return STORIES[index % STORIES.length];
}

/** The sound of a sentence, and when it says which word. */
export function voiceOf(sentence: string): TimedSpeech {
  return syntheticSpeech(sentence);
}

/** Speech in pieces of 100 ms, as engines give it that say a sentence while they make it. */
export function* piecesOf({ samples, sampleRate }: Speech): Generator<Speech> {
  for (let at = 0; at < samples.length; at += sampleRate / 10) {
    yield { samples: samples.subarray(at, at + sampleRate / 10), sampleRate };
  }
}

/** The sentences of a text, as the phone has them spoken. */
export function sentencesOf(text: string): string[] {
  const splitter = new SentenceSplitter();
  return [...splitter.push(text), ...splitter.flush()];
}
