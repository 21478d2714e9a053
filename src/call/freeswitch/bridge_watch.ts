/** Waiting for what FreeSWITCH tells of two channels. */

import type { EslClient } from "../../esl/mod.ts";

/** Watches for a bridge of two channels until it is disposed of. */
export class BridgeWatch implements Disposable {
  /** Resolves when they are bridged, whichever was there first. */
  readonly bridged: Promise<void>;
  readonly #stop: () => void;

  /** Watches from now on. */
  constructor(client: EslClient, one: string, other: string) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.bridged = promise;
    this.#stop = client.on("CHANNEL_BRIDGE", ({ aUuid, bUuid }) => {
      if ((aUuid === one && bUuid === other) || (aUuid === other && bUuid === one)) resolve();
    });
  }

  /** Watches no more. */
  [Symbol.dispose](): void {
    this.#stop();
  }
}
