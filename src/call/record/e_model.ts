/** How good a line would be called by those who talk on it: the E-model, ITU-T G.107. */

/**
 * The rating of a line on which nothing is wrong but the telephones: R by G.107 (06/2015) with all of
 * its default values, which is Ro - Is - Id of section 7 before any loss or delay.
 */
const DEFAULT_RATING = 93.2;

/** How a codec takes loss, by ITU-T G.113. */
export interface CodecImpairment {
  /** What it costs without any loss: Ie, 0 for G.711. */
  readonly impairment: number;
  /** How well it bears loss: Bpl. */
  readonly robustness: number;
}

const G711: CodecImpairment = { impairment: 0, robustness: 25.1 };

/**
 * Codecs by their names in SDP, lower case.
 *
 * G.711 with concealment: G.113 (11/2007) appendix I. L16 is what G.711 is made from, and is concealed
 * by the same means. Opus has no entry in G.113; these are the figures of M. Alahmadi, P. Počta and
 * H. Melvin, "An Adaptive Bitrate Switching Algorithm for Speech Applications in Context of WebRTC",
 * ACM TOMM 17(4), 2021, for 11 kbit/s on the narrow-band scale and random loss, the best they give on
 * that scale; with more bits and a wide band it is better than that.
 */
const CODECS: ReadonlyMap<string, CodecImpairment> = new Map([
  ["pcmu", G711],
  ["pcma", G711],
  ["l16", G711],
  ["opus", { impairment: 2.03, robustness: 15.95 }],
]);

/** What is known of a line. */
export interface LineQuality {
  /** The codec, by its name in SDP; one that is not known is taken for G.711. */
  readonly codec: string;
  /** The share of packets that was lost or came too late, 0-1. */
  readonly lossShare: number;
  /**
   * How much longer runs of losses are than if each packet was lost by chance: BurstR.
   * @default 1, as by chance
   */
  readonly burstRatio?: number;
  /** From mouth to ear, in ms. @default 0 */
  readonly delayMs?: number;
}

/**
 * The rating R of a line, 0 to 93.2: above 80 its users are satisfied, below 60 nearly all are not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { opinionOf, ratingOf } from "@sofia/phone/call";
 *
 * const clean = ratingOf({ codec: "PCMU", lossShare: 0 });
 * assert.deepEqual([clean, opinionOf(clean).toFixed(2)], [93.2, "4.41"]);
 * const lossy = ratingOf({ codec: "PCMU", lossShare: 0.05, delayMs: 250 });
 * assert.equal(opinionOf(lossy).toFixed(1), "3.5");
 * ```
 */
export function ratingOf({ codec, lossShare, burstRatio = 1, delayMs = 0 }: LineQuality): number {
  const { impairment, robustness } = CODECS.get(codec.toLowerCase()) ?? G711;
  // Formula 7-29: the effective equipment impairment.
  const percent = 100 * Math.min(1, Math.max(0, lossShare));
  const lost = (95 - impairment) * percent / (percent / burstRatio + robustness);
  return Math.max(0, DEFAULT_RATING - impairment - lost - delayImpairment(delayMs));
}

/** Formulas 7-27 and 7-28, with the defaults sT = 1 and mT = 100 ms. */
function delayImpairment(delayMs: number): number {
  if (delayMs <= 100) return 0;
  const x = Math.log2(delayMs / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/** The mean opinion score, 1 to 4.5, that a rating stands for: G.107 annex B. */
export function opinionOf(rating: number): number {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}
