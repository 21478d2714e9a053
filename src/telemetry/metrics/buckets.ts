/** The bounds of histograms, in seconds where nothing else is said: where a telephone call changes. */

/**
 * How long an answer takes. People leave 0.2 s between turns, 0.5 s feels prompt and 0.8 s is what good
 * bots reach; from 1.2 s on callers ask whether somebody is there; what takes 15 s is given up here.
 */
export const ANSWER_S = [
  ...[0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.2, 1.5, 2, 3, 5, 8, 15],
];

/**
 * How long an interrupted agent goes on. 0.06 s is the least that a detector needs, others stop after
 * 0.2 to 0.5 s, and what takes more than a second is spoken over.
 */
export const BARGE_IN_S = [0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.5, 3];

/** From the invitation to the answer: a machine takes no time, a person lets it ring. */
export const SET_UP_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60];

/** How long a call lasts: those of seconds were hung up on, most have a few minutes. */
export const CALL_S = [5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200];

/**
 * How late a tick comes. To 1 ms it is the timer's own, 10 ms show a busy process; telephones wait 20 to
 * 60 ms for a packet, and what comes later is a gap.
 */
export const TICK_S = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1];

/** How long FreeSWITCH takes to answer: 0.4 ms when idle, and 40 ms by a Nagle that is on. */
export const SWITCH_S = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

/** Jitter of a line: a wire has under 1 ms, Wi-Fi 5 to 20, and 40 is all that is waited for. */
export const JITTER_S = [0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1];

/** There and back: G.114 takes 0.15 s one way for good, and more than 0.4 for bad. */
export const ROUND_TRIP_S = [0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.8];

/** The share of packets lost: 1 % is concealed well, 5 % is heard, at 20 % words are lost. */
export const LOSS = [0, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2];

/** Opinions, 1 to 4.5: G.107 annex B has satisfied users from 4.03, and nearly all dissatisfied below 2.58. */
export const MOS = [1.5, 2, 2.58, 3.1, 3.6, 3.8, 4.03, 4.2, 4.34, 4.5];
