/** What happens in a phone, as messages. */

import { getLogger } from "@logtape/logtape";
import type { PhoneHandler } from "../../phone/mod.ts";

const log = getLogger(["sofia-phone", "call"]);
const phoneLog = getLogger(["sofia-phone", "phone"]);

/**
 * Writes what a phone tells to the log; returns how to end that. The phone itself logs that calls are
 * answered, refused and over, and what fails.
 *
 * What happens all the time is written at `debug`, what a person should know at `info` and above. Each
 * message of a call has its property `call`, and `turn` where there is one.
 */
export function logPhone(phone: PhoneHandler): () => void {
  const ends = [
    phone.on(
      "arrived",
      ({ call: { id, info: { direction = "in", from, to } } }) =>
        log.debug("{call} arrives {direction} from {from} to {to}", {
          call: id,
          direction,
          from: from.user,
          to: to.user,
        }),
    ),
    phone.on(
      "conversation",
      ({ call, event: { at: _, turn, ...event } }) =>
        log.debug(`{call} turn {turn}: {type}${"text" in event ? ": {text}" : ""}`, {
          call: call.id,
          turn,
          ...event,
        }),
    ),
    phone.on(
      "turn",
      ({ call, turn: { turn, beganAt: _, ...timing } }) =>
        log.debug("{call} turn {turn}: first sound {latencyMs} ms after its end", {
          ...{ call: call.id, turn, latencyMs: since(timing.endedAt, timing.firstPacketAt) },
          transcriptMs: since(timing.endedAt, timing.transcriptAt),
          firstTokenMs: since(timing.endedAt, timing.firstTokenAt),
          firstAudioMs: since(timing.endedAt, timing.firstAudioAt),
          ...{ bargeInMs: timing.bargeInMs, falseAlarms: timing.falseAlarms },
          ...{ heard: timing.heard, said: timing.said, failures: timing.failures },
        }),
    ),
    phone.on(
      "dtmf",
      ({ call, digit, way, durationMs }) =>
        log.debug("{call} presses {digit} by {way}", { call: call.id, digit, way, durationMs }),
    ),
    phone.on(
      "answeredBy",
      ({ call, ...by }) => log.info("{call} was answered by {by}", { call: call.id, ...by }),
    ),
    phone.on(
      "message",
      ({ call, ...left }) => log.info("{call} was left a message", { call: call.id, ...left }),
    ),
    phone.on("recording", ({ call, event: { type, ...more } }) => {
      const isBad = type === "trouble" || type === "upload-failed";
      const error = "error" in more ? more.error : undefined;
      log[isBad ? "warn" : "debug"]("{call} recording: {type}", { call: call?.id, type, error });
    }),
    phone.on("session", ({ call, event: { type, ...more } }) => {
      const isBad = ["trouble", "aside", "lost", "zombie", "disbelieved"].includes(type);
      const error = "error" in more ? more.error : undefined;
      log[isBad ? "warn" : "info"]("{call} session: {type}", { call: call?.id, type, error });
    }),
    phone.on(
      "trunk",
      ({ name, state, error }) =>
        phoneLog[error === undefined ? "info" : "warn"]("trunk {trunk} is {state}", {
          trunk: name,
          state,
          error,
        }),
    ),
    phone.on("load", ({ isOverloaded, ...load }) =>
      phoneLog[isOverloaded ? "warn" : "info"](
        isOverloaded
          ? "overloaded, new calls are refused: sound is up to {latenessMs} ms late"
          : "no longer overloaded: sound is up to {latenessMs} ms late",
        { isOverloaded, ...load },
      )),
    phone.on(
      "draining",
      ({ left, of, elapsedMs, limitMs }) =>
        phoneLog[of === 0 ? "debug" : "info"](
          "draining: {left} of {of} calls left after {elapsedMs} of {limitMs} ms",
          {
            ...{ left, of, limitMs },
            elapsedMs: Math.round(elapsedMs),
          },
        ),
    ),
  ];
  return () => ends.forEach((end) => end());
}

/** From one moment to another, in whole ms; undefined where one of them was not. */
function since(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.round(to - from);
}
