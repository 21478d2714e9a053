/** Keys that FreeSWITCH tells of by its event socket. */

import type { EslDtmfEvent } from "../../esl/mod.ts";
import type { ClaimedCall, FreeSwitchChannel } from "../freeswitch/freeswitch_channel.ts";
import type { FreeSwitchLink } from "../freeswitch/freeswitch_link.ts";
import type { CallKeys } from "./call_keys.ts";

/** A call whose keys FreeSWITCH may tell. */
export interface KeyedCall extends ClaimedCall {
  /** Takes the keys. */
  readonly keys: Pick<CallKeys, "tell">;
  /** Its sound; undefined before there is some. */
  readonly media: { readonly hasTelephoneEvents: boolean } | undefined;
  /** Resolves when the call is over. */
  readonly ended: Promise<unknown>;
}

/** A call, and its channel once somebody has asked. */
interface Watched {
  readonly call: KeyedCall;
  channel?: Promise<FreeSwitchChannel | undefined>;
}

/**
 * Gives calls the keys that FreeSWITCH hears on the caller's channel, whichever way they came to it.
 *
 * That is for calls in whose sound FreeSWITCH has no packets for keys (RFC 4733): where it has, it
 * sends each key in them too, and later than it tells of it, up to seconds when many are pressed fast.
 *
 * A call names its channel itself, and whoever can call us can name that of somebody else. So nobody
 * is told a key before FreeSWITCH has proven that the channel is bridged to this very call.
 */
export class FreeSwitchKeys {
  readonly #link: Pick<FreeSwitchLink, "channelOf">;
  /** By the channels that they name; several may name the same. */
  readonly #calls = new Map<string, Set<Watched>>();

  /** Listens to FreeSWITCH; the link subscribes to its `DTMF`. */
  constructor(link: Pick<FreeSwitchLink, "channelOf" | "client">) {
    this.#link = link;
    link.client.on("DTMF", (event) => this.#hear(event));
  }

  /** Gives `call` its keys until it is over. */
  watch(call: KeyedCall): void {
    const { sessionId } = call.info;
    const watched: Watched = { call };
    const same = this.#calls.get(sessionId) ?? new Set();
    this.#calls.set(sessionId, same.add(watched));
    void call.ended.then(() => {
      same.delete(watched);
      if (same.size === 0) this.#calls.delete(sessionId);
    });
  }

  #hear({ uuid, digit, durationMs = 0 }: EslDtmfEvent): void {
    if (uuid === undefined || digit === undefined) return;
    for (const watched of this.#calls.get(uuid) ?? []) {
      if (watched.call.media?.hasTelephoneEvents) continue;
      // Asked for with the first key: most calls have none. Keys wait for it, in their order.
      watched.channel ??= this.#link.channelOf(watched.call);
      watched.channel.then(
        (channel) => {
          if (channel?.uuid === uuid) watched.call.keys.tell("esl", digit, durationMs);
        },
        // Not connected any more; the next key asks again.
        () => watched.channel = undefined,
      );
    }
  }
}
