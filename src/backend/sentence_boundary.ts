/** Whether a sentence ends where Unicode says that one may. */

import type { Abbreviations } from "./abbreviations.ts";

/** `wait`: what comes next will tell. */
export type Boundary = "yes" | "no" | "wait";

/** What stands around a place where a sentence may end. */
export interface BoundaryContext {
  /** The sentence up to there, with the spaces after it. */
  readonly before: string;
  /** What is there of the text after it. */
  readonly after: string;
  /** Nothing will follow `after`. */
  readonly isAll: boolean;
}

const LINE_END = /[\n\r\u0085\u2028\u2029]\s*$/u;
const CLOSING = /[\p{Pe}\p{Pf}\p{Pi}"']+$/u;
const OPENING = /^[\p{Ps}\p{Pi}"'¿¡]+/u;
/** Marks that open here and close there: where they close, they were opened by these. */
const CLOSES: Readonly<Record<string, string>> = { "“": "„", "‘": "‚", "«": "»", "‹": "›" };
/** Capitals after which a new sentence may begin: "in the U.S. They". Names do not look so. */
const STARTERS = new Set(
  ("A An And Are But Can Could Do Does For He Here How However I If In Is It Its Let My No Now Of On Or " +
    "Our Please She So That The Then There These They This Those To We Well What When Where Which Who " +
    "Why Will With Would Yes You Your").split(" "),
);

/**
 * Decides on one boundary of Unicode Standard Annex #29, which knows no abbreviations.
 *
 * It never takes back a `yes` or a `no` when more text comes.
 */
export function decideBoundary(context: BoundaryContext, words: Abbreviations): Boundary {
  const { before, after } = context;
  if (LINE_END.test(before)) return "yes";
  if (/^[\p{Pe}\p{Pf}]/u.test(after)) return "no"; // « Venez ! » dit-il.
  const ended = before.trimEnd();
  const body = ended.replace(CLOSING, "");
  const isQuoted = body !== ended;
  if (body.endsWith(".")) return afterFullStop(context, body.slice(0, -1), words);
  // A "?" inside of an address, a "!" inside of a name.
  if (before === ended && /[!?]$/.test(ended)) return "no";
  return isQuoted ? afterQuote(context) : "yes";
}

/**
 * How much of a sentence, as Unicode sees it, is its own: without the brackets and quotation marks at its
 * end that open the next one, in languages without spaces.
 */
export function withoutOpening(sentence: string): number {
  let end = sentence.length;
  while (end > 0) {
    const mark = sentence[end - 1];
    const isOpening = /\p{Ps}/u.test(mark) ||
      (/\p{Pi}/u.test(mark) && !sentence.slice(0, end - 1).includes(CLOSES[mark] ?? mark));
    if (!isOpening) break;
    end--;
  }
  return end;
}

/** "Really?" she said. */
function afterQuote({ before, after, isAll }: BoundaryContext): Boundary {
  if (!/\s$/.test(before) && after.startsWith("と")) return "no"; // 「はい。」と言った
  const next = /[\p{L}\p{N}]/u.exec(after)?.[0];
  if (next === undefined) return isAll ? "yes" : "wait";
  return /\p{Ll}/u.test(next) ? "no" : "yes";
}

function afterFullStop(context: BoundaryContext, body: string, words: Abbreviations): Boundary {
  const { after, isAll } = context;
  const tokens = body.trimStart().split(/\s+/);
  const word = tokens[tokens.length - 1].replace(OPENING, "");
  const previous = tokens[tokens.length - 2];
  const isNumberNext = /^[^\p{L}\p{N}]*\p{N}/u.test(after);
  if (words.beforeAnything.has(word)) return "no";
  if (isNumberNext && words.beforeNumbers.has(word)) return "no";
  if (previous === undefined && /^\p{N}{1,3}$/u.test(word)) return "no"; // 1. the number of an item
  if (/^\p{L}$/u.test(word) && isInitialAfter(word, previous)) return "no";
  // Unicode looks past numbers for a small letter, so that only a letter settles it.
  const next = /\p{L}[\p{L}\p{M}]*/u.exec(after);
  if (next === null) return isAll ? "yes" : "wait";
  const isWhole = isAll || next.index + next[0].length < after.length;
  if (/^\p{N}+$/u.test(word) && words.afterOrdinals.size > 0) {
    if (isNumberNext) return "yes";
    if (!isWhole) return "wait";
    return words.afterOrdinals.has(next[0].toLowerCase()) ? "no" : "yes";
  }
  if (!/^(\p{L}\.)+\p{L}$/u.test(word) || /^[ap]\.m$/i.test(word)) return "yes";
  if (/\p{Ll}/u.test(word)) return "no"; // z.B., e.g.
  if (!isWhole) return "wait";
  return STARTERS.has(next[0]) ? "yes" : "no";
}

/** J. R. Smith, z. B.; but neither "vitamin C.", "so do I." nor "p. m." */
function isInitialAfter(letter: string, previous: string | undefined): boolean {
  if (letter === "m" && /^[ap]\.$/.test(previous ?? "")) return false;
  if (letter === "I" && previous !== undefined && !/\.$|^\p{Lu}/u.test(previous)) return false;
  if (/\p{Ll}/u.test(letter)) return true;
  if (!/\p{Lu}/u.test(letter)) return false;
  return previous === undefined || /\.$|^[\p{Ps}\p{Pi}"']*\p{Lu}/u.test(previous);
}
