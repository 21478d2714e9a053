/** The telephone of the doctor: whoever calls it hears short tones, and it listens for them. */

import type { AudioFrame } from "../../audio/mod.ts";
import type { StreamBackend } from "../../backend/mod.ts";
import type { Clock } from "../../clock/mod.ts";
import { PhoneHandler } from "../../phone/mod.ts";
import { type PingResult, TonePing } from "./tone_ping.ts";

/** Where it is. */
export interface DoctorTelephoneOptions {
  /** The address it listens on and tells. */
  readonly sipHost: string;
  /** The first port for its sound. */
  readonly rtpStartPort: number;
  /** The last port for its sound. */
  readonly rtpEndPort: number;
  /** Time. */
  readonly clock: Clock;
}

const NOTHING: PingResult = { trips: [], sent: 0, loudestDb: -Infinity, packets: 0 };

/**
 * A phone of ours at a free port, which takes one call at a time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SystemClock } from "@sofia/phone/clock";
 * import { DoctorTelephone } from "./doctor_telephone.ts";
 *
 * const ports = { rtpStartPort: 10_000, rtpEndPort: 14_999 };
 * const options = { sipHost: "127.0.0.1", ...ports, clock: new SystemClock() };
 * await using telephone = await DoctorTelephone.start(options);
 * assert.match(telephone.uri, /^sip:doctor@127\.0\.0\.1:\d+$/);
 * assert.equal(telephone.ping.sent, 0);
 * ```
 */
export class DoctorTelephone implements AsyncDisposable {
  /** The address to call. */
  readonly uri: string;
  readonly #phone: PhoneHandler;
  readonly #ping: () => PingResult;

  private constructor(phone: PhoneHandler, uri: string, ping: () => PingResult) {
    this.#phone = phone;
    this.uri = uri;
    this.#ping = ping;
  }

  /** Listens. @throws {Error} when the address is not one of this machine */
  static async start(options: DoctorTelephoneOptions): Promise<DoctorTelephone> {
    const { sipHost, rtpStartPort, rtpEndPort, clock } = options;
    let ping: TonePing | undefined;
    const make = () =>
      new TransformStream<AudioFrame, AudioFrame>({
        // What is sent follows what is heard, as that comes every 20 ms whatever the line does.
        transform: ({ sampleRate, samples, timestamp, concealed }, controller) => {
          ping ??= new TonePing(sampleRate);
          const at = clock.now();
          ping.hear(samples, at, concealed === true);
          controller.enqueue({ sampleRate, samples: ping.next(at), timestamp });
        },
      });
    const voiceBackend: StreamBackend = Object.assign(() => {
      ping = undefined;
      return make();
    }, { live: true });
    const phone = new PhoneHandler({
      ...{ voiceBackend, sipHost, sipPort: 0, rtpStartPort, rtpEndPort },
      detector: "energy",
      admission: false,
      maxCalls: 4,
    });
    const { port } = await phone.start();
    const host = sipHost.includes(":") ? `[${sipHost}]` : sipHost;
    const result = () => ping?.result() ?? NOTHING;
    return new DoctorTelephone(phone, `sip:doctor@${host}:${port}`, result);
  }

  /** What came of the tones of the last call so far. */
  get ping(): PingResult {
    return this.#ping();
  }

  /** Hangs up and goes away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#phone.stop();
  }
}
