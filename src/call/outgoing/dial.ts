/** The way of an outgoing call to its answer. */

import type { MachineOptions } from "../amd/machine_options.ts";
import type { CallSound } from "../call_sound.ts";
import type { OnProgress, OutgoingLeg } from "./outgoing_leg.ts";

/** Options of {@link Call.dial}. */
export interface DialOptions {
  /** Told of each provisional answer. @default nobody is told */
  readonly onProgress?: OnProgress;
  /** Finds out whether a machine has answered before anybody talks. @default somebody has */
  readonly detectMachine?: MachineOptions;
}

/** How {@link dial} is tied to its call. */
export interface DialContext {
  readonly leg: OutgoingLeg;
  readonly sound: CallSound;
  readonly onProgress: OnProgress;
  /** Told of what failed and may still come right. */
  readonly onError: (error: unknown) => void;
}

/**
 * Calls, and resolves when the other side has answered and the sound runs.
 *
 * Sound that comes before the answer is taken as it comes: several phones may ring, and each that
 * sends some replaces the one before, until one has answered.
 *
 * @throws {CallRefusedError} when nobody has answered
 * @throws {PortsExhaustedError} when there is no port for sound
 */
export async function dial({ leg, sound, onProgress, onError }: DialContext): Promise<void> {
  await sound.acquire();
  let agreeing: Promise<void> = Promise.resolve();
  const acceptEarly = async (sdp: Uint8Array) => {
    if (leg.state !== "inviting") return;
    try {
      await sound.accept(sdp, { early: true });
      sound.confirm();
    } catch (error) {
      onError(error);
    }
  };
  const answer = await leg.dial(sound.offer(), (response, sdp) => {
    // In their order, as one chain has to end before the next may have its sockets.
    if (sdp !== undefined) agreeing = agreeing.then(() => acceptEarly(sdp));
    onProgress(response, sdp);
  });
  await agreeing;
  await sound.accept(answer);
  sound.confirm();
}
