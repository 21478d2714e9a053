/** Calls that came through FreeSWITCH, controlled over its event socket. */

import {
  type BriefOptions,
  briefOptions,
  type TransferOptions,
  type TransferResult,
  type TransferTarget,
} from "../../backend/mod.ts";
import { uuid as randomUuid, within } from "../../clock/mod.ts";
import {
  EslClosedError,
  EslError,
  EslRefusedError,
  uuidBridge,
  uuidExists,
  uuidGetvar,
  uuidKill,
  uuidSetvar,
  uuidTransfer,
  variablesBlock,
} from "../../esl/mod.ts";
import type {
  CallControl,
  ControlledCall,
  ParkedCall,
  ParkOptions,
} from "../control/call_control.ts";
import { consult, type ConsultedLeg, type Decision } from "../control/consultation.ts";
import { outcomeOfCause } from "../control/hangup_cause.ts";
import { dialString } from "../control/transfer_target.ts";
import { BridgeWatch } from "./bridge_watch.ts";
import { EXPECTED_FIELD } from "./expected_legs.ts";
import type { FreeSwitchChannel } from "./freeswitch_channel.ts";
import type { FreeSwitchLink } from "./freeswitch_link.ts";
import { callTarget, endLeg } from "./target_leg.ts";

/** How long a human may be told about a caller, in ms. */
const CONSULT_MS = 600_000;
/** How long FreeSWITCH may take to tell of a bridge, or to end our leg of one, in ms. */
const SETTLE_MS = 3000;
/** How often, and after how long, a bridge is tried again when the connection was lost over it. */
const TRIES = 20;
const AGAIN_MS = 250;

/** Controls one call by the channel of its caller. */
export class FreeSwitchControl implements CallControl {
  readonly #link: FreeSwitchLink;
  readonly #call: ControlledCall;
  readonly #channel: FreeSwitchChannel;

  /** `channel` is proven to be that of the call. */
  constructor(link: FreeSwitchLink, call: ControlledCall, channel: FreeSwitchChannel) {
    this.#link = link;
    this.#call = call;
    this.#channel = channel;
  }

  /**
   * Calls the target while the caller stays with us, and bridges the two when it has answered: a caller
   * whose target is not to be had never left.
   */
  async transfer(target: TransferTarget, options: TransferOptions): Promise<TransferResult> {
    const { timeoutMs = 30_000, hear = "ringback", afterwards = "hang up" } = options;
    const dial = this.#dial(target);
    // Nobody is called for what cannot be done.
    if (afterwards === "return") this.#wayBack();
    if (options.brief !== undefined) this.#wayToUs();
    const { signal } = this.#call;
    const uuid = randomUuid(this.#call.random);
    const gaveUp = options.signal === undefined
      ? signal
      : AbortSignal.any([signal, options.signal]);
    const resume = this.#call.wait(hear);
    try {
      const reached = await callTarget(this.#link, {
        uuid,
        dial,
        variables: this.#variables(options),
        ringMs: timeoutMs,
        signal: gaveUp,
        clock: this.#call.clock,
      });
      if (!reached.isAnswered) {
        const { cause, error } = reached;
        if (signal.aborted) return { outcome: "ended" };
        if (gaveUp.aborted) return { outcome: "cancelled", cause: "ORIGINATOR_CANCEL" };
        if (cause === undefined) return { outcome: "timeout", error };
        return { outcome: outcomeOfCause(cause), cause };
      }
      if (options.brief !== undefined) {
        const decision = await this.#consult(uuid, briefOptions(options.brief), gaveUp);
        if (decision !== "accepted") {
          await endLeg(this.#link, uuid, "NORMAL_CLEARING");
          if (signal.aborted) return { outcome: "ended" };
          return { outcome: gaveUp.aborted ? "cancelled" : decision };
        }
      }
      return await this.#connect(uuid, { target, afterwards });
    } finally {
      resume();
    }
  }

  async hangup(cause: string): Promise<void> {
    await uuidKill(this.#link.client, this.#channel.uuid, cause);
    await this.#finish();
  }

  /** Bridges the callers of two calls; both calls are over then. */
  async bridge(other: FreeSwitchControl): Promise<void> {
    const calls = [this.#call, other.#call];
    calls.forEach((call, index) => call.leaveTo(calls[1 - index].info.from.user));
    try {
      await uuidBridge(this.#link.client, this.#channel.uuid, other.#channel.uuid);
    } catch (error) {
      for (const call of calls) call.leaveTo(undefined);
      throw error;
    }
    await Promise.all([this.#finish(), other.#finish()]);
  }

  async park({ hear, timeoutMs = 600_000 }: ParkOptions): Promise<ParkedCall> {
    const { client } = this.#link;
    const { uuid } = this.#channel;
    const way = this.#wayBack();
    const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
    // The circumflex parts applications, in the place of the comma.
    const destination = hear === undefined ? "park" : `m:^:endless_playback:${plain(hear)}`;
    // Before it is sent there, so that whoever brings it back finds what is to be taken back.
    await client.api(`sched_hangup +${seconds} ${uuid} NORMAL_CLEARING`);
    const stay = () => client.api(`sched_del ${uuid}`);
    this.#call.leaveTo("park");
    try {
      await uuidTransfer(client, uuid, { destination, dialplan: "inline" });
    } catch (error) {
      this.#call.leaveTo(undefined);
      await stay().catch(() => {});
      throw error;
    }
    await this.#finish();
    const bringBack = async () => {
      await stay();
      await uuidTransfer(client, uuid, way);
    };
    return { channel: uuid, bringBack };
  }

  variable(name: string): Promise<string | undefined> {
    return uuidGetvar(this.#link.client, this.#channel.uuid, name);
  }

  setVariable(name: string, value: string | undefined): Promise<void> {
    return uuidSetvar(this.#link.client, this.#channel.uuid, name, value);
  }

  /**
   * Bridges the target to us, on a leg of its own, and tells it about the caller. It stays bridged with
   * us until it has the caller, or is hung up.
   */
  async #consult(uuid: string, brief: BriefOptions, signal: AbortSignal): Promise<Decision> {
    const { clock, onError } = this.#call;
    const { promise: arrived, resolve } = Promise.withResolvers<ConsultedLeg | undefined>();
    using expected = this.#link.expected.expect((leg) => resolve(this.#call.consult(leg)));
    // Over with the consultation; or at once, if there is no way to us, or the target is gone.
    this.#link.client.execute(uuid, "bridge", this.#dialUs(expected.token), {
      timeoutMs: CONSULT_MS,
    }).catch((error) => {
      if (error instanceof EslRefusedError) onError(error);
    }).finally(() => resolve(undefined));
    const leg = await arrived;
    if (leg === undefined) return "declined";
    void this.#over().then(() => leg.hangup());
    return await consult(leg, { ...brief, signal, clock, onError });
  }

  /** The leg to us is gone a second after our process is. */
  #dialUs(token: string): string {
    const { codecs } = this.#channel;
    const block = variablesBlock({
      [`sip_h_${EXPECTED_FIELD}`]: token,
      absolute_codec_string: codecs,
      media_timeout: 1000,
    });
    return `${block}${this.#wayToUs()}`;
  }

  #wayToUs(): string {
    const { us } = this.#channel;
    if (us !== undefined) return us;
    throw new EslError("Cannot consult as FreeSWITCH does not say where it has found us");
  }

  /** Bridges the caller to a target that waits. */
  async #connect(
    uuid: string,
    { target, afterwards }: { target: TransferTarget; afterwards: "hang up" | "return" },
  ): Promise<TransferResult> {
    const { client } = this.#link;
    const caller = this.#channel.uuid;
    using watch = new BridgeWatch(client, caller, uuid);
    this.#call.leaveTo(target);
    try {
      await this.#bridge(uuid, afterwards);
    } catch (error) {
      await endLeg(this.#link, uuid, "NORMAL_TEMPORARY_FAILURE");
      if (await this.#isGone()) return { outcome: "ended" };
      this.#call.leaveTo(undefined);
      return { outcome: "unreachable", error };
    }
    // Told by an event; where the connection was lost, by the target's being there without us.
    const over = Promise.all([watch.bridged, this.#over()]);
    const isTold = await within(this.#call.clock, over, SETTLE_MS);
    if (!this.#call.signal.aborted) {
      // The two are bridged, and our leg of what was before hangs in the air.
      await this.#call.hangup();
    } else if (!isTold && !await this.#areThere(caller, uuid)) {
      // Who has lost its caller over the bridge would wait for nobody, with its line open, for ever.
      await endLeg(this.#link, uuid, "ORIGINATOR_CANCEL");
      return { outcome: "ended" };
    }
    return { outcome: "completed", channel: uuid };
  }

  /** Whether both are, as far as can be known. */
  async #areThere(...uuids: readonly string[]): Promise<boolean> {
    const { client } = this.#link;
    const found = uuids.map((uuid) => uuidExists(client, uuid).catch(() => true));
    return (await Promise.all(found)).every((isThere) => isThere);
  }

  /** Again when the connection is lost meanwhile: to bridge what is bridged changes nothing. */
  async #bridge(uuid: string, afterwards: "hang up" | "return"): Promise<void> {
    const { client } = this.#link;
    const caller = this.#channel.uuid;
    for (let tries = 1;; tries++) {
      try {
        if (afterwards === "return") {
          const { destination, context } = this.#wayBack();
          const way = `${destination}:XML:${context}`;
          await uuidSetvar(client, caller, "transfer_after_bridge", way);
        }
        return await uuidBridge(client, caller, uuid);
      } catch (error) {
        if (this.#call.signal.aborted && !(error instanceof EslRefusedError)) return;
        if (!(error instanceof EslClosedError) || tries === TRIES) throw error;
        await within(this.#call.clock, this.#over(), AGAIN_MS);
      }
    }
  }

  /** Whether the caller has hung up: FreeSWITCH knows that before we do. */
  async #isGone(): Promise<boolean> {
    const { signal } = this.#call;
    const isThere = await uuidExists(this.#link.client, this.#channel.uuid).catch(() => true);
    if (!isThere) await this.#isOver();
    return signal.aborted;
  }

  /** Resolves when our call is over. */
  #over(): Promise<void> {
    const { signal } = this.#call;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  /** Resolves when nothing is left of our leg: FreeSWITCH ends it, or we do. */
  async #finish(): Promise<void> {
    await this.#isOver();
    await this.#call.hangup();
  }

  #isOver(): Promise<boolean> {
    return within(this.#call.clock, this.#over(), SETTLE_MS);
  }

  #dial(target: TransferTarget): string {
    const { numbers, profile } = this.#link.options;
    return dialString(target, {
      numbers: numbers ?? `loopback/{number}/${this.#channel.context}`,
      profile: profile ?? this.#channel.profile ?? "external",
    });
  }

  #variables(
    { callerId, variables }: TransferOptions,
  ): Record<string, string | boolean | undefined> {
    const { callerNumber, callerName } = this.#channel.details;
    return {
      origination_caller_id_number: dialable(callerId?.number ?? callerNumber),
      origination_caller_id_name: shown(callerId?.name ?? callerName),
      // A loopback brings L16, and what is dialled in it would be offered nothing else.
      media_mix_inbound_outbound_codecs: true,
      export_vars: "media_mix_inbound_outbound_codecs",
      ...variables,
    };
  }

  /** Where the dialplan finds us again. */
  #wayBack(): { readonly destination: string; readonly context: string } {
    const { destination, context } = this.#channel;
    if (/^[\w.*#+-]+$/.test(destination) && /^[\w.-]+$/.test(context)) {
      return { destination, context };
    }
    throw new EslError(
      "Cannot bring the caller back as what it dialled must be a number: " +
        `current value is ${JSON.stringify(destination.slice(0, 80))}`,
    );
  }
}

/** What a caller says of itself, without what FreeSWITCH would not take in a variable. */
function shown(text: string | undefined): string | undefined {
  return text?.replace(/[\p{Cc}{}]|:_:/gu, " ").slice(0, 100);
}

/** The same of a number, in which a percent sign has to begin a letter: no leg could be made of it. */
function dialable(text: string | undefined): string | undefined {
  return shown(text)?.replace(/[\s"<>@]|%(?![0-9a-f]{2})/gi, "");
}

/** @throws {TypeError} for what would be more than one file */
function plain(file: string): string {
  if (/^[\w:/.@=%()+,;-]+$/.test(file)) return file;
  throw new TypeError(
    `Cannot park as what is heard must be one file or stream of FreeSWITCH's: current value is ${file}`,
  );
}
