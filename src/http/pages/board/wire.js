// @ts-check
/**
 * The shapes that the phone's HTTP interface sends; src/http/schemas says what each field is. Nothing in
 * them is trusted: names, words and reasons are what callers and peers say of themselves.
 *
 * @typedef {{ user: string, name?: string }} Party
 *
 * @typedef {object} Quality
 * @property {number} [mos]
 * @property {number} [lossPercent]
 * @property {number} [jitterMs]
 * @property {number} [roundTripMs]
 * @property {number} [late]
 * @property {number} [concealed]
 *
 * @typedef {object} CallView
 * @property {string} id
 * @property {string} state
 * @property {"in" | "out"} direction
 * @property {string} [door]
 * @property {Party} from
 * @property {Party} to
 * @property {number} startedAt ms since 1970, as all times here
 * @property {number} [answeredAt]
 * @property {string} [codec]
 * @property {{ caller: boolean, agent: boolean }} speaking
 * @property {Quality} [quality]
 * @property {boolean} isRecording
 * @property {boolean} isMuted
 * @property {boolean} isOnHold
 * @property {number} turns
 *
 * @typedef {object} TranscriptEntry
 * @property {number} at
 * @property {number} turn
 * @property {"caller" | "agent"} who
 * @property {string} text
 * @property {string} [cut] what of it was not heard
 * @property {boolean} [isPartial]
 *
 * @typedef {object} TurnTiming
 * @property {number} turn
 * @property {number} beganAt
 * @property {number} [endedAt]
 * @property {number} [transcriptAt]
 * @property {number} [firstTokenAt]
 * @property {number} [firstAudioAt]
 * @property {number} [firstPacketAt]
 * @property {number} [repliedAt]
 * @property {number} [playedAt]
 * @property {number} [interruptedAt]
 * @property {number} [bargeInMs]
 * @property {number} [falseAlarms]
 * @property {string[]} [failures]
 *
 * @typedef {object} CallEnd
 * @property {string} cause
 * @property {number} [status]
 * @property {string} [reason]
 * @property {string} [transferredTo]
 * @property {string} [left]
 * @property {string} [error]
 *
 * @typedef {CallView & { transcript: TranscriptEntry[], timings: TurnTiming[] }} CallDetail
 *
 * @typedef {{ at: number, calls: Record<string, { caller: number[], agent: number[] }> }} Levels
 *
 * @typedef {object} CallRecord times are in ISO 8601 here
 * @property {string} id
 * @property {"in" | "out"} direction
 * @property {string} [door]
 * @property {Party} from
 * @property {Party} to
 * @property {string} startedAt
 * @property {string} [answeredAt]
 * @property {string} endedAt
 * @property {number} durationMs
 * @property {CallEnd} end
 * @property {string} [codec]
 * @property {string} [chain]
 * @property {{ p50: number, p95: number, max: number }} [latency]
 * @property {{ digit: string, atMs: number }[]} [keys]
 * @property {{ heard?: LineRecord, sent?: LineRecord, roundTripMs?: number }} [quality]
 *
 * @typedef {{ mos: number, lossShare: number, jitterMs: number, concealedMs?: number }} LineRecord
 *
 * @typedef {{ id: string, record: CallRecord, hasRecording: boolean }} PastCall
 * @typedef {PastCall & { transcript: TranscriptEntry[], timings: TurnTiming[] }} PastCallDetail
 */
export {};
