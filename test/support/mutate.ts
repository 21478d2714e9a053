/** Broken copies of good input, the same for the same seed. */

import { fraction, type Random } from "../../src/clock/mod.ts";
import { concatBytes } from "./bytes.ts";

/** What {@link mutate} may work with. */
export interface MutateOptions {
  /** Other good input, to splice with. @default none */
  readonly others?: readonly Uint8Array[];
  /** Pieces that are known to hurt. @default HOSTILE_TOKENS */
  readonly tokens?: readonly Uint8Array[];
  /** The most changes to one copy. @default 4 */
  readonly maxChanges?: number;
  /** The most bytes of a copy. @default 65535 */
  readonly maxBytes?: number;
}

/** Pieces that have broken parsers of text protocols. */
export const HOSTILE_TOKENS: readonly Uint8Array[] = [
  ...["\r\n", "\n", "\r", "\r\n\r\n", "\r\n ", "\0", "\t", " ", '"', "\\", "<", ">", ",", ";", ":"],
  ...["=", "/", "@", "?", "%", "%00", "%zz", "[", "]", "*", "::", "[::1]", ";;", "<<>>", '""'],
  ...["-1", "0", "65536", "4294967296", "99999999999999999999", "1e9", "NaN", "0x10", "\u00e9"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "\u2028", "\ufeff", "\ud83d\ude00"],
  ...[
    "Content-Length: 5\r\n",
    "l: -1\r\n",
    "Via: \r\n",
    "\r\nv: SIP/2.0/UDP ;",
    "m=audio 0 a b\r\n",
  ],
  ...["a=rtpmap:0 a/0/0\r\n", "c=IN IP4 0.0.0.0\r\n", "{", "}", "[[[[[[[[", "$&", "${x}"],
  ...[" ".repeat(300), ",".repeat(300), "(".repeat(300), '"'.repeat(301), "\r\n ".repeat(100)],
].map((text) => new TextEncoder().encode(text)).concat([
  Uint8Array.of(0xff),
  Uint8Array.of(0xc0, 0x80),
  Uint8Array.of(0xed, 0xa0, 0x80),
  new Uint8Array(64),
]);

/** A copy of `input` with one to a few changes; now and then the change is none. */
export function mutate(
  input: Uint8Array,
  random: Random,
  options: MutateOptions = {},
): Uint8Array {
  const { others = [], tokens = HOSTILE_TOKENS, maxChanges = 4, maxBytes = 65_535 } = options;
  let bytes: Uint8Array = input.slice();
  for (let left = 1 + below(random, maxChanges); left > 0; left--) {
    bytes = changes[below(random, changes.length)](bytes, random, others, tokens);
    if (bytes.length > maxBytes) bytes = bytes.subarray(0, maxBytes);
  }
  return bytes;
}

type Change = (
  bytes: Uint8Array,
  random: Random,
  others: readonly Uint8Array[],
  tokens: readonly Uint8Array[],
) => Uint8Array;

const changes: readonly Change[] = [
  flipBits,
  setByte,
  truncate,
  cutOut,
  duplicate,
  splice,
  insertToken,
  replaceByToken,
  swapPieces,
];

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  for (let left = 1 + below(random, 3); left > 0 && bytes.length > 0; left--) {
    bytes[below(random, bytes.length)] ^= 1 << below(random, 8);
  }
  return bytes;
}

function setByte(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length > 0) bytes[below(random, bytes.length)] = below(random, 256);
  return bytes;
}

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, below(random, bytes.length + 1));
}

function cutOut(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = piece(bytes, random);
  return concatBytes(bytes.subarray(0, start), bytes.subarray(end));
}

/** A piece once more behind itself, sometimes often. */
function duplicate(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = piece(bytes, random);
  const times = below(random, 8) === 0 ? 1 + below(random, 64) : 1;
  const copies = Array.from({ length: times }, () => bytes.subarray(start, end));
  return concatBytes(bytes.subarray(0, end), ...copies, bytes.subarray(end));
}

/** The beginning of this and the end of another. */
function splice(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  if (others.length === 0) return bytes;
  const other = others[below(random, others.length)];
  const head = bytes.subarray(0, below(random, bytes.length + 1));
  return concatBytes(head, other.subarray(below(random, other.length + 1)));
}

function insertToken(
  bytes: Uint8Array,
  random: Random,
  _others: readonly Uint8Array[],
  tokens: readonly Uint8Array[],
): Uint8Array {
  const at = below(random, bytes.length + 1);
  const token = tokens[below(random, tokens.length)];
  return concatBytes(bytes.subarray(0, at), token, bytes.subarray(at));
}

function replaceByToken(
  bytes: Uint8Array,
  random: Random,
  _others: readonly Uint8Array[],
  tokens: readonly Uint8Array[],
): Uint8Array {
  const [start, end] = piece(bytes, random);
  const token = tokens[below(random, tokens.length)];
  return concatBytes(bytes.subarray(0, start), token, bytes.subarray(end));
}

function swapPieces(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = piece(bytes, random);
  const middle = start + below(random, end - start + 1);
  return concatBytes(
    bytes.subarray(0, start),
    bytes.subarray(middle, end),
    bytes.subarray(start, middle),
    bytes.subarray(end),
  );
}

/** A short piece more often than a long one. */
function piece(bytes: Uint8Array, random: Random): [start: number, end: number] {
  const start = below(random, bytes.length + 1);
  const most = below(random, 4) === 0 ? bytes.length - start : Math.min(bytes.length - start, 40);
  return [start, start + below(random, most + 1)];
}

function below(random: Random, limit: number): number {
  return Math.floor(fraction(random) * limit);
}
