/** One call in virtual time: the caller's telephone, the line, and the session that answers. */

import {
  type Backend,
  type CallInfo,
  conversationFrom,
  isVoiceBackend,
  Phrases,
  phrasesOf,
  resilient,
  withActions,
} from "../backend/mod.ts";
import { type Random, SeededRandom, Ticker, type VirtualClock } from "../clock/mod.ts";
import { codecsNamed } from "../codec/mod.ts";
import { type MediaParameters, MediaSession, RtpLine } from "../media/mod.ts";
import { parseRtpPacket } from "../rtp/mod.ts";
import type { PortLease } from "../udp/mod.ts";
import type { DetectorFactory } from "../vad/mod.ts";
import type { CallerAction } from "./caller_action.ts";
import { CallerPhone } from "./caller_phone.ts";
import type { Conversation, ConversationEnd } from "./conversation.ts";
import { ConversationRecorder } from "./conversation_recorder.ts";
import type { CountingClock } from "./counting_clock.ts";
import type { Line } from "./impair.ts";
import { ImpairedWay } from "./impaired_way.ts";
import type { PendingSteps } from "./pending_steps.ts";
import type { CallMenus } from "../call/mod.ts";
import { ScriptPlayer } from "./script_player.ts";
import type { SimulateOptions } from "./simulate_options.ts";
import { type ActionsUnderWay, simulatedActions } from "./simulated_actions.ts";
import { simulatedMenus } from "./simulated_menus.ts";
import { VirtualNetwork } from "./virtual_network.ts";
import { watchedBackend } from "./watched_backend.ts";

/** What a {@link SimulatedCall} is made of. */
export interface SimulatedCallOptions extends Omit<SimulateOptions, "clock" | "line" | "detector"> {
  readonly backend: Backend;
  readonly actions: readonly CallerAction[];
  readonly detector: DetectorFactory;
  readonly clock: CountingClock;
  readonly random: Random;
  readonly line: Line;
  readonly info: CallInfo;
  /** What the backend does to the call, which takes the call's time. */
  readonly underWay: ActionsUnderWay;
  /** What the backend is busy with in real time. */
  readonly steps: PendingSteps;
  /** What the detector is busy with in real time. */
  readonly detections: PendingSteps;
}

const PHONE = { address: "192.0.2.1", port: 4000 };
const OURS = { address: "192.0.2.2", port: 5000 };
const EVENT_TYPE = 101;
/** What is longer ends without a condition, in ms. */
const FOREVER_MS = 1e9;

/** Runs one script against one backend. */
export class SimulatedCall {
  readonly #options: SimulatedCallOptions;
  readonly #startAt: number;
  readonly #abort = new AbortController();
  readonly #recorder: ConversationRecorder;
  readonly #player: ScriptPlayer;
  readonly #phone: CallerPhone;
  readonly #session: MediaSession;
  readonly #lease: PortLease;
  readonly #line: RtpLine;
  readonly #backend: Backend;
  readonly #phrases: Phrases | undefined;
  readonly #menus: CallMenus;
  #parameters: MediaParameters;
  #cause: ConversationEnd["cause"] = "agent";
  #ended: ConversationEnd | undefined;

  /** Sets both sides up; nothing happens before {@link run}. */
  constructor(options: SimulatedCallOptions) {
    const { clock, random, line, codec: name = "PCMU", steps, transcribe } = options;
    const { session, turns, conversation } = options;
    this.#options = options;
    this.#startAt = clock.now();
    const [spec] = codecsNamed([name]);
    const { payloadType } = spec.format;
    const network = new VirtualNetwork(clock);
    const [rtp, rtcp] = [network.open(OURS), network.open({ ...OURS, port: OURS.port + 1 })];
    const release = () => Promise.all([rtp.close(), rtcp.close()]).then(() => {});
    this.#lease = { rtp, rtcp, release };
    const recorder = new ConversationRecorder({
      now: () => this.#now(),
      codec: spec.create(),
      deeds: () => this.#player.deeds,
      delayMs: (line.toAgent.delayMs ?? 0) + (line.toAgent.jitterMs ?? 0) / 2,
    });
    this.#recorder = recorder;
    const [toAgent, toCaller] = [line.toAgent, line.toCaller].map((way) =>
      new ImpairedWay(way, fork(random))
    );
    network.carriage = (data, { address }) => {
      if (address === PHONE.address) return toAgent.carry(clock.now());
      const packet = parseRtpPacket(data);
      if (typeof packet !== "string" && packet.payloadType === payloadType) {
        recorder.agent.sent(packet.payload, this.#now());
      }
      return toCaller.carry(clock.now());
    };
    this.#phone = new CallerPhone({
      clock,
      random: fork(random),
      socket: network.open(PHONE),
      remote: OURS,
      codec: spec.create(),
      payloadType,
      eventType: EVENT_TYPE,
      line,
      startAt: this.#startAt,
      onTick: (ms) => this.#player.tick(ms),
    });
    this.#player = new ScriptPlayer(options.actions, {
      phone: this.#phone,
      random: fork(random),
      hold: (isHeld) => this.#hold(isHeld),
      hangUp: (why) => this.#hangUp(why),
    });
    const watched = watchedBackend(options.backend, steps, {
      onStep: (step, args) => recorder.steps.watch(step, args),
      instead: insteadOf(transcribe, recorder),
    });
    this.#backend = this.#guarded(watched);
    // With a guard of its own, as in a phone: it has circuits of its own.
    const voice = this.#guarded(watched);
    if (isVoiceBackend(voice)) this.#phrases = new Phrases(voice, clock);
    this.#parameters = {
      codec: spec.format,
      payloadTypes: { send: payloadType, receive: payloadType },
      telephoneEvent: { send: EVENT_TYPE, receive: EVENT_TYPE, clockRate: 8000 },
      remoteRtp: PHONE,
      remoteRtcp: { ...PHONE, port: PHONE.port + 1 },
      rtcpMux: false,
      direction: "sendrecv",
    };
    this.#line = new RtpLine({
      clock,
      random: fork(random),
      wallClock: () => 0,
      lease: this.#lease,
      codec: spec.create(),
      parameters: this.#parameters,
    });
    this.#session = new MediaSession({
      phrases: this.#phrases,
      ...session,
      turns,
      conversation,
      onEvent: (event) => {
        session?.onEvent?.(event);
        recorder.note(event, this.#startAt);
      },
      onError: (error) => {
        session?.onError?.(error);
        recorder.errors.push(error);
      },
      clock,
      ticker: new Ticker(clock),
      line: this.#line,
      detector: () => this.#detector(),
      backend: withActions(
        this.#backend,
        simulatedActions({
          session: () => this.#session,
          menus: () => this.#menus,
          transfer: (target) => this.#transfer(target),
          hangUp: () => this.#hangUp("agent"),
          underWay: options.underWay,
        }),
      ),
      call: options.info,
      history: recorder.history,
      signal: this.#abort.signal,
      pipeline: (chain) => recorder.listen(session?.pipeline?.(chain) ?? chain),
      onDtmf: (key) => {
        session?.onDtmf?.(key);
        const { type, digit } = key;
        if (type === "end") return;
        if (!this.#menus.takes(digit)) this.#tell(() => this.#session.press(digit));
      },
    });
    this.#menus = simulatedMenus({
      ...options,
      memory: options.memory ?? new Map(),
      session: this.#session,
      signal: this.#abort.signal,
      transfer: (target) => this.#transfer(target),
      hangUp: () => this.#hangUp("agent"),
      onMask: options.onMask ?? (() => {}),
      onError: (error) => recorder.errors.push(error),
    });
  }

  /** Lets the call take place on `clock`, until nothing is left of it. */
  async run(clock: VirtualClock): Promise<void> {
    const { steps, detections, info, limitMs = 3_600_000, clock: own } = this.#options;
    const { conversation } = this.#options;
    const limit = own.setTimer(() => this.#hangUp("limit"), limitMs);
    this.#session.confirm();
    void this.#phrases?.prepare(phrasesOf(conversationFrom(conversation)));
    let isOver = false;
    const running = this.#session.run();
    this.#tell(async () => void await this.#options.ask?.(this.#menus));
    const ending = running.then(
      () => this.#end(this.#cause),
      (error) => this.#end("failure", error),
    ).then(async () => {
      this.#phone.stop();
      limit.cancel();
      await this.#lease.release();
      const backend = this.#backend;
      if (isVoiceBackend(backend)) await this.#tell(() => backend.onCallEnd?.(info));
    }).finally(() => isOver = true);
    const mayGoOn = () => !steps.any && !detections.any;
    try {
      while (!isOver) {
        await clock.runUntil(() => isOver || !mayGoOn(), { limitMs: FOREVER_MS });
        if (!isOver) await Promise.all([steps.settled(), detections.settled()]);
      }
    } catch (error) {
      this.#phone.stop();
      limit.cancel();
      this.#abort.abort(error);
      throw error;
    }
    await ending;
  }

  /** What came of it. */
  conversation(): Conversation {
    return this.#recorder.conversation(this.#phone, this.#ended!);
  }

  /** As a phone does it. */
  #guarded(backend: Backend): Backend {
    const { resilience = {}, clock, seed = 1 } = this.#options;
    if (!isVoiceBackend(backend) || resilience === false) return backend;
    const onError = (error: unknown) => void this.#recorder.errors.push(error);
    return resilient(backend, { onError, ...resilience, clock, random: new SeededRandom(seed) });
  }

  #now(): number {
    return this.#options.clock.now() - this.#startAt;
  }

  #hangUp(why: "caller" | "gave-up" | "limit" | "agent"): void {
    this.#cause = why;
    this.#abort.abort(new Error("The call is over"));
  }

  #end(cause: ConversationEnd["cause"], error?: unknown): void {
    this.#ended = { cause, atMs: this.#now(), ...(error === undefined ? {} : { error }) };
  }

  /** A caller who was given to somebody else is gone. */
  async #transfer(target: string): Promise<boolean> {
    const isThere = await this.#options.session?.transfer?.(target) ?? false;
    if (isThere) this.#hangUp("agent");
    return isThere;
  }

  #hold(isHeld: boolean): void {
    this.#parameters = { ...this.#parameters, direction: isHeld ? "recvonly" : "sendrecv" };
    this.#line.agree(this.#parameters);
  }

  #detector(): ReturnType<DetectorFactory> {
    const detector = this.#options.detector();
    return {
      thresholds: detector.thresholds,
      detect: (samples, sampleRate) => {
        const answer = detector.detect(samples, sampleRate);
        if (typeof answer === "number") return answer;
        return this.#options.detections.track("detect", answer);
      },
      close: () => detector.close(),
    };
  }

  /** Calls one of the backend's listeners; its failure is noted and ends nothing. */
  async #tell(listener: () => void | Promise<void>): Promise<void> {
    try {
      await listener();
    } catch (error) {
      this.#recorder.errors.push(error);
    }
  }
}

function insteadOf(
  transcribe: SimulateOptions["transcribe"],
  { hearing }: ConversationRecorder,
): Partial<ReturnType<typeof hearing.steps>> {
  const steps = hearing.steps();
  if (transcribe === "word by word") return steps;
  return transcribe === "from script" ? { transcribe: steps.transcribe } : {};
}

/** A source of chance of its own, so that what one part of a call draws changes nothing for another. */
export function fork(random: Random): Random {
  return new SeededRandom(random.uint32());
}
