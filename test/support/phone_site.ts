/** A phone with its application, and callers for it, for tests of src/http. */
import { type Backend, mock } from "../../src/backend/mod.ts";
import type { Call } from "../../src/call/mod.ts";
import { SeededRandom, SystemRandom, VirtualClock } from "../../src/clock/mod.ts";
import { createApp, type HttpApp, type HttpOptions } from "../../src/http/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { SdpNegotiation, type SipCall, SipUserAgent } from "../../src/sip/mod.ts";
import { SOUND_PORTS } from "./sound_ports.ts";
import { eventually } from "./wait.ts";

/** What a {@link PhoneSite} is made of. */
export interface PhoneSiteOptions {
  readonly http?: HttpOptions;
  readonly phone?: Partial<PhoneHandlerOptions>;
}

/** A phone, its application, and somebody who calls it. */
export class PhoneSite implements AsyncDisposable {
  readonly phone: PhoneHandler;
  readonly app: HttpApp;
  readonly #agent: SipUserAgent;
  readonly #stopping = new AbortController();

  private constructor({ http, phone }: PhoneSiteOptions) {
    this.phone = new PhoneHandler({
      voiceBackend: mock({ greeting: "Hello.", msPerCharacter: 20 }),
      sipPort: 0,
      // Other tests keep the machine busy.
      admission: false,
      ...SOUND_PORTS,
      ...phone,
    });
    this.app = createApp(this.phone, {
      random: new SystemRandom(),
      limits: { requestBurst: 100_000, failuresPerMinute: 100_000 },
      ...http,
      signal: this.#stopping.signal,
    });
    this.#agent = new SipUserAgent({ port: 0 });
  }

  /** Starts it. */
  static async start(options: PhoneSiteOptions = {}): Promise<PhoneSite> {
    const site = new PhoneSite(options);
    await site.phone.start();
    await site.#agent.start();
    return site;
  }

  /** Calls the phone by an invitation alone, and gives both ends when it is live. */
  async call(): Promise<{ readonly call: Call; readonly sip: SipCall }> {
    const before = new Set(this.phone.calls);
    const { address, port } = this.phone.address!;
    const media = new SdpNegotiation(new SeededRandom(3));
    const sip = await this.#agent.invite({
      target: `sip:desk@${address}:${port}`,
      sdp: media.offer(LINE),
      // Agrees to everything: hold, resume.
      handlers: {
        onOffer(offer) {
          const answer = media.answer(offer!, LINE);
          return typeof answer === "object" && "sdp" in answer ? answer.sdp : { status: 488 };
        },
      },
    });
    media.accept(sip.remoteSdp!);
    const call = this.phone.calls.find((call) => !before.has(call))!;
    await eventually("the call is live", () => call.state === "live");
    return { call, sip };
  }

  /** Asks the application. */
  async ask(path: string, init: RequestInit & { readonly json?: unknown } = {}): Promise<Response> {
    const { json, ...rest } = init;
    return await this.app.request(
      `http://localhost${path}`,
      json === undefined ? rest : {
        method: "POST",
        ...rest,
        headers: { "Content-Type": "application/json", ...rest.headers },
        body: JSON.stringify(json),
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.phone.stop();
    await this.#agent.stop();
  }
}

/** A phone that is not started, on time that stands still, and its application. */
export function idleSite(http: HttpOptions = {}): {
  readonly app: HttpApp;
  readonly phone: PhoneHandler;
  readonly clock: VirtualClock;
} {
  const clock = new VirtualClock();
  const random = new SeededRandom(7);
  const phone = new PhoneHandler({ voiceBackend: mock() as Backend, sipPort: 0, clock, random });
  const app = createApp(phone, { clock, random, wallClock: () => 1_700_000_000_000, ...http });
  return { app, phone, clock };
}

/** What the caller can do; nothing listens at its port. */
const LINE = {
  address: "127.0.0.1",
  port: 9,
  codecs: [{ name: "PCMU", clockRate: 8000, payloadType: 0 }],
};
