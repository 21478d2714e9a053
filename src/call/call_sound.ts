/** The sound of one call: what was agreed on it, what it comes and goes by, and the chain that runs there. */

import type { AudioFrame } from "../audio/mod.ts";
import { type CallActions, type CallInfo, type HistoryEntry, withActions } from "../backend/mod.ts";
import { codecFor, type CodecSpec } from "../codec/mod.ts";
import {
  type ConversationEvent,
  Entrance,
  type MediaKey,
  type MediaLine,
  MediaSession,
  RtpLine,
} from "../media/mod.ts";
import {
  answerOffer,
  type MediaAgreement,
  type MediaCapabilities,
  type OfferReply,
  parseSdp,
  SdpNegotiation,
  type SdpRefusal,
} from "../sip/mod.ts";
import type { PortLease } from "../udp/mod.ts";
import type { CallResources } from "./call_resources.ts";

/** Whom a {@link CallSound} belongs to, and who is told what becomes of it. */
export interface CallSoundOptions {
  /** Who calls. */
  readonly info: CallInfo;
  /** What the backend can do to the call. */
  readonly actions: CallActions;
  /** The conversation so far, kept up to date. */
  readonly history: HistoryEntry[];
  /** A key went down or came up, as the sound tells it. */
  readonly onDtmf: (key: MediaKey) => void;
  /** Something happened in the conversation. */
  readonly onEvent: (event: ConversationEvent) => void;
  /** Something failed that the call survives. */
  readonly onError: (error: unknown) => void;
  /** The backend has nothing more to say, or the chain failed with `error`. */
  readonly onOver: (error?: unknown) => void;
  /** Gives the caller to somebody else; resolves with whether that worked. */
  readonly transfer: (target: string) => Promise<boolean>;
}

/** A chain that runs. */
interface Running {
  readonly media: MediaSession;
  readonly entrance: Entrance | undefined;
  /** What it runs on: a codec, or a line that was there before it. */
  readonly on: CodecSpec | MediaLine;
  readonly backend: CallResources["backend"];
  readonly abort: AbortController;
  /** Resolves when nothing is left of it. */
  readonly ended: Promise<void>;
}

/**
 * What is heard and said in a call, whoever has called whom.
 *
 * It knows nothing of messages: whoever holds the call sends the descriptions it makes, and gives it
 * those that come.
 */
export class CallSound {
  /** Listens to the other side from before the backend has the call; set before a chain runs. */
  onFrame: ((frame: AudioFrame) => void) | undefined;
  #resources: CallResources;
  readonly #options: CallSoundOptions;
  readonly #negotiation: SdpNegotiation;
  #lease: PortLease | undefined;
  #leasing: Promise<PortLease> | undefined;
  #isConfirmed = false;
  /** What we want to do, and wanted before our last offer. */
  #direction: "sendrecv" | "sendonly" = "sendrecv";
  #before: "sendrecv" | "sendonly" = "sendrecv";
  #running: Running | undefined;
  #rtp: RtpLine | undefined;
  #wasUsed = false;
  #isClosed = false;

  /** Nothing is agreed on yet, and no port taken. */
  constructor(resources: CallResources, options: CallSoundOptions) {
    this.#resources = resources;
    this.#options = options;
    this.#negotiation = new SdpNegotiation(resources.random);
  }

  /** The chain that runs, and its figures; undefined before there is one. */
  get media(): MediaSession | undefined {
    return this.#running?.media;
  }

  /** Where the call waits while the backend does not have it. */
  get entrance(): Entrance | undefined {
    const entrance = this.#running?.entrance;
    return entrance?.isOpen ? undefined : entrance;
  }

  /** Whether the backend has the call, or had it. */
  get hadBackend(): boolean {
    return this.#running !== undefined && this.entrance === undefined;
  }

  /** Who will talk, from the next chain on. */
  use(voice: Pick<CallResources, "backend" | "phrases">): void {
    this.#resources = { ...this.#resources, ...voice };
  }

  /** The names of the codecs that a caller may offer. */
  get codecNames(): readonly string[] {
    return [...new Set(this.#resources.codecs.map(({ format }) => format.name))];
  }

  /** Judges an offer before a port is spent on it. */
  foreseeRefusal(offer: Uint8Array): SdpRefusal | undefined {
    const session = parseSdp(offer);
    if ("fault" in session) return session;
    const answer = answerOffer(session, { ...this.#capabilities(), port: 9 });
    return typeof answer === "string" ? answer : undefined;
  }

  /** Takes the ports, if they are not taken. @throws {PortsExhaustedError} when none is free */
  async acquire(): Promise<void> {
    this.#leasing ??= this.#resources.ports.acquire();
    this.#lease = await this.#leasing;
  }

  /**
   * Our offer to go on in another direction: `sendonly` puts the other side on hold. Ours stays so from
   * then on, unless it is refused and {@link withdraw} called.
   */
  redirect(direction: "sendrecv" | "sendonly"): Uint8Array {
    this.#before = this.#direction;
    this.#direction = direction;
    return this.offer();
  }

  /** The other side has refused our offer: what was agreed before stays. */
  withdraw(): void {
    this.#direction = this.#before;
    this.#negotiation.withdraw();
  }

  /** Our offer of all that can be done on the ports we have. */
  offer(): Uint8Array {
    return this.#negotiation.offer(this.#capabilities());
  }

  /**
   * Our answer to the first offer of the other side; the chain runs from then on.
   *
   * @param options `early`: the backend has to wait until {@link open}
   */
  async answer(
    offer: Uint8Array,
    options: { readonly early?: boolean } = {},
  ): Promise<Uint8Array | SdpRefusal> {
    const answer = this.#negotiation.answer(offer, this.#capabilities());
    if (!isAnswer(answer)) return answer;
    await this.#run(answer.agreement, options);
    return answer.sdp;
  }

  /**
   * Takes the answer to an offer of ours: the first one begins the chain, a later one changes what
   * it runs under.
   *
   * @param options `early`: the backend has to wait until {@link open}
   * @throws {Error} when it fits nothing that we can do
   */
  async accept(sdp: Uint8Array, options: { readonly early?: boolean } = {}): Promise<void> {
    const agreement = this.#negotiation.accept(sdp);
    if (typeof agreement === "string" || "fault" in agreement) {
      throw new Error(`The answer to our offer fits nothing we can do`);
    }
    await this.#run(agreement, options);
  }

  /** Our reply to a further offer of the other side; undefined asks for ours. */
  renegotiate(offer: Uint8Array | undefined): OfferReply {
    if (offer === undefined) return this.offer();
    const answer = this.#negotiation.answer(offer, this.#capabilities());
    if (!isAnswer(answer)) return { status: answer === "no-common-codec" ? 488 : 400 };
    this.#rtp?.agree(answer.agreement);
    return answer.sdp;
  }

  /**
   * Runs the chain on a line that is there, and on which nothing has to be agreed.
   *
   * @param options `early`: the backend has to wait until {@link open}
   */
  async start(line: MediaLine, { early = false } = {}): Promise<void> {
    const goesOn = await this.#goesOn(line);
    if (!goesOn && !this.#isClosed) this.#begin(line, line, early);
  }

  /** The other side has taken part in the agreement: see {@link MediaSession.confirm}. */
  confirm(): void {
    this.#isConfirmed = true;
    this.media?.confirm();
  }

  /** Lets the backend have the call. */
  open(): void {
    this.#running?.entrance?.open();
  }

  /** Ends all of it. Resolves, and never rejects, when nothing is left and the ports are given back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#stop();
    const lease = await this.#leasing?.catch(() => undefined);
    await lease?.release({ unused: !this.#wasUsed });
  }

  #capabilities(): MediaCapabilities {
    const agreed = this.#negotiation.agreement?.codec;
    // A call keeps its codec: what its stages are made for cannot change under them.
    const formats = this.#resources.codecs.map(({ format }) => format);
    return {
      address: this.#resources.host,
      port: this.#lease?.rtp.local.port ?? 9,
      rtcpPort: this.#lease?.rtcp?.local.port,
      rtcpMux: true,
      direction: this.#direction,
      codecs: agreed === undefined
        ? formats
        : formats.filter((format) => codecFor(this.#resources.codecs, agreed)?.format === format),
    };
  }

  /** Lets the chain go on under the agreement, or begins one where there is none that can. */
  async #run(agreement: MediaAgreement, { early = false }): Promise<void> {
    const spec = codecFor(this.#resources.codecs, agreement.codec)!;
    const goesOn = await this.#goesOn(spec);
    if (this.#isClosed) return;
    if (goesOn) return this.#rtp?.agree(agreement);
    this.#wasUsed = true;
    this.#rtp = new RtpLine({
      ...this.#resources,
      lease: this.#lease!,
      codec: spec.create(agreement.codec),
      parameters: agreement,
    });
    this.#begin(this.#rtp, spec, early);
  }

  /** Whether a chain runs that can go on as it is. One that cannot is ended. */
  async #goesOn(on: Running["on"]): Promise<boolean> {
    const running = this.#running;
    if (running === undefined) return false;
    const fits = running.on === on && running.backend === this.#resources.backend;
    if (fits || running.entrance?.isOpen !== false) return true;
    // Before the backend has the call, another phone that rings may know another codec.
    await this.#stop();
    return false;
  }

  #begin(line: MediaLine, on: Running["on"], early: boolean): void {
    const { pipeline, backend } = this.#resources;
    const { info, onOver, actions, ...options } = this.#options;
    const { onFrame } = this;
    const entrance = early || onFrame ? new Entrance({ onFrame }) : undefined;
    const abort = new AbortController();
    const media = new MediaSession({
      ...this.#resources,
      ...options,
      backend: withActions(backend, actions),
      line,
      signal: abort.signal,
      entrance,
      pipeline: (chain) => pipeline(chain, info),
      call: info,
    });
    if (this.#isConfirmed) media.confirm();
    const over = (error?: unknown) => {
      if (!abort.signal.aborted) onOver(error);
    };
    const ended = media.run().then(() => over(), over);
    this.#running = { media, entrance, on, backend, abort, ended };
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    running?.abort.abort(new DOMException("The call is over", "AbortError"));
    await running?.ended;
  }
}

function isAnswer<T extends { readonly sdp: Uint8Array }>(value: T | SdpRefusal): value is T {
  return typeof value === "object" && "sdp" in value;
}
