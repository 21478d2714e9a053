/** From letters to the sounds of a voice, roughly as English would say them. */

/** How one sound of a voice is made. */
export interface Phone {
  /** How long it takes at the usual pace, in ms. */
  readonly ms: number;
  /** The first three resonances of the mouth, in Hz. */
  readonly formants: readonly [number, number, number];
  /** How loud the voice is in it, 0 to 1. */
  readonly voice: number;
  /** How loud the breath is in it, 0 to 1. */
  readonly breath: number;
  /** Where the noise of the breath lies, in Hz; 0 where it passes through the mouth as a voice does. */
  readonly breathHz: number;
  /** A vowel, which carries the stress. */
  readonly isVowel: boolean;
}

type Formants = readonly [number, number, number];

function vowel(...formants: Formants): Phone {
  return { ms: 105, formants, voice: 1, breath: 0.02, breathHz: 0, isVowel: true };
}

function voiced(ms: number, voice: number, ...formants: Formants): Phone {
  return { ms, formants, voice, breath: 0, breathHz: 0, isVowel: false };
}

function noise(ms: number, breath: number, breathHz: number, voice = 0): Phone {
  return { ms, formants: [400, 1600, 2600], voice, breath, breathHz, isVowel: false };
}

// Formants of vowels after Peterson and Barney (1952), men; of consonants after Klatt (1980).
const PHONES: Readonly<Record<string, Phone>> = {
  a: vowel(730, 1250, 2450),
  e: vowel(550, 1800, 2500),
  i: vowel(400, 1950, 2550),
  o: vowel(570, 900, 2410),
  u: vowel(450, 1100, 2300),
  y: vowel(300, 2200, 2900),
  ee: vowel(280, 2250, 2900),
  oo: vowel(310, 870, 2250),
  m: voiced(70, 0.45, 250, 1000, 2200),
  n: voiced(65, 0.45, 250, 1400, 2400),
  ng: voiced(80, 0.4, 250, 1900, 2500),
  l: voiced(60, 0.65, 360, 1050, 2800),
  r: voiced(60, 0.65, 420, 1200, 1600),
  w: voiced(60, 0.6, 300, 700, 2200),
  v: noise(60, 0.12, 2500, 0.4),
  z: noise(75, 0.2, 3300, 0.35),
  j: noise(80, 0.25, 2600, 0.3),
  th: noise(65, 0.14, 2900, 0.15),
  s: noise(90, 0.3, 3500),
  sh: noise(95, 0.35, 2500),
  f: noise(80, 0.16, 2800),
  h: noise(50, 0.2, 0),
};

/** The silence of a mouth that is shut, and what bursts out of it. */
const STOPS: Readonly<Record<string, readonly [closed: Phone, burst: Phone]>> = {
  b: stop(0.12, 800),
  d: stop(0.12, 2800),
  g: stop(0.12, 1900),
  p: stop(0, 900),
  t: stop(0, 3200),
  k: stop(0, 2000),
};

function stop(voice: number, burstHz: number): [Phone, Phone] {
  const closed = voiced(45, voice, 250, 1300, 2400);
  return [closed, noise(voice > 0 ? 12 : 24, 0.35, burstHz)];
}

const DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** Spellings that are one sound, or another than their letters. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/ck|c(?![eihy])|q/g, "k"],
  [/ch/g, "tS"],
  [/sh/g, "S"],
  [/th/g, "T"],
  [/ph/g, "f"],
  [/ng\b/g, "N"],
  [/x/g, "ks"],
  [/c/g, "s"],
  [/ee|ea|ie/g, "E"],
  [/oo|ou|ew/g, "U"],
  [/igh/g, "ai"],
  // An e that only lengthens the vowel before it.
  [/([aeiou][^aeiou\s])e\b/g, "$1"],
  [/([^aeiou])\1/g, "$1"],
];

const WRITTEN: Readonly<Record<string, string>> = {
  S: "sh",
  T: "th",
  N: "ng",
  E: "ee",
  U: "oo",
};

const ANY_VOWEL = ["a", "e", "i", "o", "u"];
const ANY_CONSONANT = ["n", "l", "s", "m", "r"];

/**
 * The sounds of one word, at least one.
 *
 * Marks on letters are left off; a letter of another script is spoken as a syllable of its own.
 */
export function phonesOf(word: string): Phone[] {
  let spelling = word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")
    .replace(/\d/g, (digit) => DIGITS[Number(digit)]);
  for (const [letters, sound] of SPELLINGS) spelling = spelling.replace(letters, sound);
  const phones = [...spelling].flatMap((letter, index): readonly Phone[] => {
    const name = WRITTEN[letter] ?? letter;
    // At the beginning of a word it is the consonant.
    if (name === "y" && index === 0) return [voiced(60, 0.6, 280, 2200, 2900)];
    if (name in STOPS) return STOPS[name];
    if (name in PHONES) return [PHONES[name]];
    if (!/\p{L}/u.test(letter)) return [];
    const code = letter.codePointAt(0)!;
    return [PHONES[ANY_CONSONANT[code % 5]], PHONES[ANY_VOWEL[Math.floor(code / 5) % 5]]];
  });
  return phones.some(({ isVowel }) => isVowel) ? phones : [...phones, PHONES.e];
}

/** The hum of a mouth that is shut. */
export const HUM: Phone = voiced(150, 0.8, 270, 1000, 2200);
/** The short breath in the middle of "mm-hm". */
export const BREATH: Phone = noise(40, 0.1, 0);
