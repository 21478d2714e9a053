/** Compares our calls with FreeSWITCH's channels, and brings back who waits for us. */

import type { Clock, Timer } from "../../clock/mod.ts";
import {
  type EslChannel,
  type EslClient,
  EslClosedError,
  EslRefusedError,
  showChannels,
  uuidBreak,
  uuidExists,
  uuidGetvar,
  uuidTransfer,
} from "../../esl/mod.ts";
import { claimedChannel } from "../claimed_channel.ts";
import { type CallerChannel, callerChannel } from "../freeswitch/freeswitch_channel.ts";
import type { FreeSwitchLink } from "../freeswitch/freeswitch_link.ts";
import type { SessionEvent } from "./session_event.ts";
import type { StoredCall } from "./stored_call.ts";

/** How often both sides are compared, in ms. */
const COMPARE_MS = 10_000;
/** Who was brought back is not brought back again so soon, in ms: it may be on its way. */
const FETCH_AGAIN_MS = 4000;
/** How many are asked about at once. */
const WIDTH = 16;

/** A call of ours. */
export interface WatchedCall {
  /** Who calls. */
  readonly info: { readonly sessionId: string; readonly headers: Readonly<Record<string, string>> };
  /** The Call-ID of its dialog. */
  readonly sipCallId: string;
  /** Whether it was answered. */
  readonly wasAnswered: boolean;
  /** Ends it. */
  hangup(reason?: string): Promise<void>;
}

/** What {@link SwitchWatch} needs. */
export interface SwitchWatchOptions {
  /** Time. */
  readonly clock: Clock;
  /** FreeSWITCH. */
  readonly link: FreeSwitchLink;
  /** Where FreeSWITCH calls us: `127.0.0.1:5070`. */
  readonly address: string;
  /** All our calls. */
  readonly calls: () => readonly WatchedCall[];
  /** Sessions of calls that no process is known to have. */
  readonly waiting: () => readonly string[];
  /** FreeSWITCH has no channel of a call that no process has. */
  readonly onGone: (id: string, isGone: (stored: StoredCall) => boolean) => Promise<void>;
  /** Told what was found. */
  readonly onEvent: (call: WatchedCall | undefined, event: SessionEvent) => void;
}

/**
 * Finds what only one side knows, right after each connection and every ten seconds: callers who wait
 * for us are brought back, a call of ours whose channel is gone is ended, and a leg to us that no call of
 * ours belongs to is taken from its caller, who then comes to us anew.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FreeSwitchLink, SwitchWatch } from "@sofia/phone/call";
 * import { VirtualClock } from "@sofia/phone/clock";
 *
 * const clock = new VirtualClock();
 * await using link = new FreeSwitchLink({ password: "secret", clock });
 * const found: string[] = [];
 * const watch = new SwitchWatch({
 *   ...{ clock, link, address: "127.0.0.1:5070", calls: () => [], waiting: () => [] },
 *   onGone: () => Promise.resolve(),
 *   onEvent: (_call, { type }) => void found.push(type),
 * });
 * assert.deepEqual(found, []); // until link.start() has found FreeSWITCH
 * watch.stop();
 * ```
 */
export class SwitchWatch {
  readonly #options: SwitchWatchOptions;
  readonly #fetchedAt = new Map<string, number>();
  /** What was amiss the last time: it may only have been about to change. */
  #suspects = new Set<string>();
  /** Channels that there were. */
  #seen = new Set<string>();
  readonly #stops: (() => void)[];
  #timer: Timer | undefined;
  #isComparing = false;
  #isStopped = false;

  /** Compares from the next connection on; at once if there is one. */
  constructor(options: SwitchWatchOptions) {
    this.#options = options;
    const { client, isConnected } = options.link;
    this.#stops = [
      client.on("resynced", ({ channels, isFirst }) => void this.#compare(channels, isFirst)),
      // A call may be over, and FreeSWITCH with it, before both sides are compared the first time.
      client.on("CHANNEL_BRIDGE", ({ aUuid }) => aUuid !== undefined && this.#seen.add(aUuid)),
      client.on("reconnecting", () => this.#timer?.cancel()),
      client.on("closed", () => this.#timer?.cancel()),
    ];
    if (isConnected) void this.#compare(undefined, true);
  }

  /** Compares no more. */
  stop(): void {
    this.#isStopped = true;
    for (const stop of this.#stops) stop();
    this.#timer?.cancel();
  }

  async #compare(known: readonly EslChannel[] | undefined, isNew: boolean): Promise<void> {
    const { link, clock } = this.#options;
    if (this.#isComparing) return;
    this.#isComparing = true;
    this.#timer?.cancel();
    try {
      const channels = known ?? await showChannels(link.client);
      if (this.#isStopped) return;
      const suspects = new Set<string>();
      await this.#findOurs(channels, suspects, known !== undefined);
      await this.#findTheirs(channels, suspects, isNew);
      await this.#findLost(channels, suspects);
      this.#suspects = suspects;
    } catch (error) {
      // Who is not connected compares when it is again.
      if (!(error instanceof EslClosedError)) {
        this.#options.onEvent(undefined, { type: "trouble", error });
      }
    } finally {
      this.#isComparing = false;
    }
    if (link.isConnected && !this.#isStopped) {
      this.#timer = clock.setTimer(() => void this.#compare(undefined, false), COMPARE_MS);
    }
  }

  /** Ends calls of ours whose channels are gone; `isFresh` after a time in which nobody told us of an end. */
  async #findOurs(
    channels: readonly EslChannel[],
    suspects: Set<string>,
    isFresh: boolean,
  ): Promise<void> {
    const uuids = new Set(channels.map(({ uuid }) => uuid));
    const seen = this.#seen;
    this.#seen = new Set(uuids);
    const gone = this.#options.calls().filter((call) => {
      const { sessionId: channel } = call.info;
      if (claimedChannel(call.info) !== channel || !call.wasAnswered) return false;
      // One that was never there came from another FreeSWITCH.
      if (uuids.has(channel) || !seen.has(channel)) return false;
      this.#seen.add(channel);
      // One that has just ended there is about to end here.
      return this.#isStill(`here ${call.sipCallId}`, suspects) || isFresh;
    });
    for (const call of gone) {
      const channel = call.info.sessionId;
      // A channel is bridged a little before it is listed: asked for by its name it is there.
      if (await uuidExists(this.#options.link.client, channel)) continue;
      if (!this.#options.calls().includes(call)) continue;
      this.#options.onEvent(call, { type: "zombie", where: "here", channel });
      void call.hangup();
    }
  }

  /** Brings back who waits, and who is bridged to nobody. */
  async #findTheirs(
    channels: readonly EslChannel[],
    suspects: Set<string>,
    isNew: boolean,
  ): Promise<void> {
    const { address, waiting } = this.#options;
    const stored = new Set(waiting());
    const live = new Set(this.#options.calls().map(({ info }) => info.sessionId));
    const asked = channels.filter(({ direction, uuid }) =>
      direction === "inbound" && !live.has(uuid)
    );
    for (let at = 0; at < asked.length; at += WIDTH) {
      await Promise.all(
        asked.slice(at, at + WIDTH).map(async (channel) => {
          const { uuid, application, argument } = channel;
          if (application === "bridge") {
            if (argument.includes(`@${address}`)) await this.#findDeadLeg(uuid, suspects, isNew);
            return;
          }
          const state = await this.#variable(uuid, "sofia_phone_state");
          if (state === "waiting") await this.#hurry(uuid);
          // A dialplan of the user's own may not say where it is.
          else if (state === undefined && stored.has(uuid)) await this.#fetch(uuid);
        }),
      );
    }
  }

  /** A caller who is bridged to a dialog of ours that we do not know. */
  async #findDeadLeg(uuid: string, suspects: Set<string>, isNew: boolean): Promise<void> {
    const found = await callerChannel(this.#options.link.client, uuid);
    const [dialog] = found?.dialogs ?? [];
    if (dialog === undefined) return;
    if (this.#options.calls().some(({ sipCallId }) => sipCallId === dialog)) return;
    // A call that has just ended here is about to end there. After a start there was none.
    if (!isNew && !this.#isStill(`there ${dialog}`, suspects)) return;
    this.#options.onEvent(undefined, { type: "zombie", where: "freeswitch", channel: uuid });
    await this.#fetch(uuid, found);
  }

  /**
   * Ends the music between two tries of our dialplan: the next one comes at once. If that has begun
   * meanwhile it is not disturbed, as it would be by a transfer.
   */
  async #hurry(uuid: string): Promise<void> {
    await this.#command(uuid, (client) => uuidBreak(client, uuid));
  }

  /** Sends a caller through the dialplan again, whatever it is in. */
  async #fetch(uuid: string, known?: CallerChannel): Promise<void> {
    await this.#command(uuid, async (client) => {
      const channel = known ?? await callerChannel(client, uuid);
      if (channel !== undefined) await uuidTransfer(client, uuid, channel);
    });
  }

  async #command(uuid: string, command: (client: EslClient) => Promise<void>): Promise<void> {
    const { clock, link, onEvent } = this.#options;
    // Who stops must not have callers brought to it; the next process finds them.
    if (this.#isStopped) return;
    if (clock.now() - (this.#fetchedAt.get(uuid) ?? -Infinity) < FETCH_AGAIN_MS) return;
    this.#fetchedAt.set(uuid, clock.now());
    try {
      await command(link.client);
      onEvent(undefined, { type: "fetched", channel: uuid });
    } catch (error) {
      // It has hung up meanwhile.
      if (error instanceof EslRefusedError) return;
      if (error instanceof EslClosedError) throw error;
      // What a caller has dialled may fit in no command; that is no matter of the others.
      onEvent(undefined, { type: "trouble", error });
    }
  }

  /** Forgets calls that nobody has, not even FreeSWITCH. */
  async #findLost(channels: readonly EslChannel[], suspects: Set<string>): Promise<void> {
    const uuids = new Set(channels.map(({ uuid }) => uuid));
    for (const uuid of this.#fetchedAt.keys()) if (!uuids.has(uuid)) this.#fetchedAt.delete(uuid);
    for (const id of this.#options.waiting()) {
      if (this.#isStopped) return;
      if (uuids.has(id) || !this.#isStill(`lost ${id}`, suspects)) continue;
      await this.#options.onGone(id, () => true);
    }
  }

  async #variable(uuid: string, name: string): Promise<string | undefined> {
    try {
      return await uuidGetvar(this.#options.link.client, uuid, name);
    } catch (error) {
      // It has hung up meanwhile.
      if (error instanceof EslRefusedError) return undefined;
      throw error;
    }
  }

  #isStill(what: string, suspects: Set<string>): boolean {
    suspects.add(what);
    return this.#suspects.has(what);
  }
}
