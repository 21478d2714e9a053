/** The SIP user agent: listens, takes calls, makes calls, registers. */

import { type Clock, SystemClock, SystemRandom } from "../clock/mod.ts";
import type { Endpoint } from "../udp/mod.ts";
import type { BaseCall } from "./base_call.ts";
import type { CallCore } from "./call_core.ts";
import { CallRegistry } from "./call_registry.ts";
import { checkOptions } from "./check_options.ts";
import { ClientTransactions } from "./client_transactions.ts";
import { faultResponse } from "./fault_response.ts";
import { GroupedTimers } from "./grouped_timers.ts";
import { formatHostPort } from "./host_port.ts";
import { familyFrom } from "./ip_address.ts";
import type { InviteOptions } from "./invite_options.ts";
import type { SipMessage } from "./message.ts";
import { OutboundInvite } from "./outbound_invite.ts";
import type { RegisterOptions, Registration } from "./register_options.ts";
import { replyFlowOf } from "./reply_flow.ts";
import { RequestSender } from "./request_sender.ts";
import { ServerRequest } from "./server_request.ts";
import { ServerTransactions } from "./server_transactions.ts";
import type { SipCall } from "./sip_call.ts";
import { count, newSipCounters, type SipCounters } from "./sip_counters.ts";
import type { SipTransport } from "./sip_endpoint.ts";
import type { SipFault } from "./sip_fault.ts";
import type { SipFlow } from "./sip_flow.ts";
import { DEFAULT_SIP_LIMITS } from "./sip_limits.ts";
import { machineNetwork } from "./sip_network.ts";
import { SipRegistration } from "./sip_registration.ts";
import { SipStatusError } from "./sip_status_error.ts";
import { DEFAULT_SIP_TIMERS } from "./sip_timers.ts";
import type { SipUserAgentOptions } from "./sip_user_agent_options.ts";
import { TransportLayer } from "./transport_layer.ts";
import { UserAgentServer } from "./user_agent_server.ts";

/**
 * A SIP endpoint on UDP and TCP.
 *
 * @example
 * ```ts
 * import { SipUserAgent } from "@sofia/phone/sip";
 * import assert from "node:assert/strict";
 *
 * const sdp = (text: string) => new TextEncoder().encode(text);
 * const bob = new SipUserAgent({ port: 0, onInvite: (call) => call.answer(sdp("v=0 answer")) });
 * const alice = new SipUserAgent({ port: 0 });
 * await Promise.all([alice.start(), bob.start()]);
 *
 * const target = `sip:bob@127.0.0.1:${bob.local.port}`;
 * const call = await alice.invite({ target, sdp: sdp("v=0 offer") });
 * assert.deepEqual(call.remoteSdp, sdp("v=0 answer"));
 * await call.hangup();
 * await Promise.all([alice.stop(), bob.stop()]);
 * ```
 */
export class SipUserAgent {
  readonly #options: SipUserAgentOptions;
  readonly #clock: Clock;
  readonly #timers: GroupedTimers;
  readonly #counters: SipCounters = newSipCounters();
  readonly #transport: TransportLayer;
  readonly #server: ServerTransactions;
  readonly #client: ClientTransactions;
  readonly #agent: UserAgentServer;
  readonly #calls: CallRegistry;
  readonly #core: CallCore;
  readonly #invites = new Set<OutboundInvite>();
  readonly #registrations = new Set<SipRegistration>();
  #stopped: Promise<void> | undefined;

  /** Makes one that does nothing yet. @throws {RangeError} for an option that cannot work */
  constructor(options: SipUserAgentOptions = {}) {
    checkOptions(options);
    const { clock = new SystemClock(), random = new SystemRandom() } = options;
    const { userAgent = "sofia-phone", network = machineNetwork(clock) } = options;
    const limits = { ...DEFAULT_SIP_LIMITS, ...options.limits };
    const counters = this.#counters;
    this.#options = options;
    this.#clock = clock;
    this.#timers = new GroupedTimers(clock);
    const context = { clock: this.#timers, counters, ...DEFAULT_SIP_TIMERS, ...options.timers };
    this.#transport = new TransportLayer({
      ...{ network, clock: this.#timers, counters, limits },
      transports: options.transports ?? ["udp", "tcp"],
    }, {
      onMessage: (message, flow) => this.#receive(message, flow),
      onFault: (fault, flow) => this.#receiveFault(fault, flow),
    });
    this.#client = new ClientTransactions(context);
    const sender = new RequestSender({
      ...{ context, random, transactions: this.#client },
      tcpAboveBytes: options.tcpAboveBytes ?? Infinity,
      lookup: (host) => network.lookup(host, familyFrom(this.local.address)),
      flowTo: (remote) => this.#transport.flowTo(remote),
      sentBy: () => this.#advertised,
    });
    this.#calls = new CallRegistry(limits, counters);
    this.#core = {
      ...{ context, random, sender, userAgent, dialogs: new Map() },
      sessionExpires: options.sessionExpires ?? 1_800,
      minSessionExpires: options.minSessionExpires ?? 90,
      contact: (transport) => this.#contact(transport),
      guard: (handler) => this.#guard(handler),
    };
    const onRefused = () => void this.#guard(() => options.onRefused?.());
    this.#agent = new UserAgentServer({
      ...{ core: this.#core, calls: this.#calls },
      ...{ onInvite: options.onInvite, takesCalls: options.takesCalls, onRefused },
      transactions: () => this.#server,
    });
    this.#server = new ServerTransactions({
      ...{ context, random, ...limits },
      isInDialog: (request) => this.#agent.dialogOf(request) !== undefined,
      replyFlow: (request) => replyFlowOf(request, (remote) => this.#transport.flowTo(remote)),
      onRequest: (request) => this.#agent.receive(request),
      onRefused,
      onAck: (ack) => this.#agent.acknowledge(ack),
    });
  }

  /** The address and port it listens on. @throws {TypeError} before `start` */
  get local(): Endpoint {
    const { local } = this.#transport;
    if (local !== undefined) return local;
    throw new TypeError("Cannot tell the local address as the user agent has not been started");
  }

  /** What it has seen. */
  get counters(): Readonly<SipCounters> {
    this.#transport.count();
    return this.#counters;
  }

  /** The calls there are, from the first INVITE to the end. */
  get calls(): Iterable<SipCall> {
    return this.#calls.calls;
  }

  /** Begins to listen. @throws {Error} when the port is taken, with a sentence that names it */
  async start(): Promise<void> {
    const { host = "127.0.0.1", port = 5060 } = this.#options;
    await this.#transport.open({ address: host, port });
  }

  /**
   * Ends all calls and registrations, waits for their confirmation, and frees the port.
   *
   * @param options `graceMs`: milliseconds the peers have to confirm; 2000 when absent
   */
  stop({ graceMs = 2_000 }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  /**
   * Calls somebody and resolves with the call once it was answered and acknowledged.
   *
   * @throws {SipStatusError} when it is refused, times out (408) or was cancelled (487)
   * @throws {SyntaxError} when the target is not a URI
   */
  async invite(options: InviteOptions): Promise<SipCall> {
    if (options.signal?.aborted || this.#stopped !== undefined) {
      const why = this.#stopped === undefined ? "it was cancelled" : "the user agent has stopped";
      throw new SipStatusError(`Cannot call ${options.target} as ${why}`, {
        status: 487,
        cause: options.signal?.reason,
      });
    }
    const invite = new OutboundInvite(this.#core, options, {
      onCall: (call) => this.#calls.add(call),
      onEnded: (call) => this.#calls.remove(call),
      onDone: (done) => this.#invites.delete(done),
    });
    this.#invites.add(invite);
    return await invite.result;
  }

  /**
   * Binds an address at a registrar and keeps it bound.
   *
   * @throws {SyntaxError} when a URI cannot be read
   */
  register(options: RegisterOptions): Registration {
    for (const old of this.#registrations) {
      if (old.state === "unregistered") this.#registrations.delete(old);
    }
    const registration = new SipRegistration(this.#core, options);
    this.#registrations.add(registration);
    return registration;
  }

  /** The host and port that peers are told. */
  get #advertised(): { host: string; port: number } {
    const { address, port } = this.local;
    const { advertisedHost = address, advertisedPort = port } = this.#options;
    return { host: advertisedHost, port: advertisedPort };
  }

  #contact(transport: SipTransport): string {
    const { host, port } = this.#advertised;
    return `<sip:${formatHostPort(host, port)}${transport === "tcp" ? ";transport=tcp" : ""}>`;
  }

  #receive(message: SipMessage, flow: SipFlow): void {
    this.#counters.received++;
    try {
      if ("method" in message) {
        this.#server.receive(new ServerRequest(message, flow, this.#core));
      } else {
        this.#client.receive(message);
      }
    } catch (error) {
      // A fault of ours in one message must not make us deaf to all others.
      count(this.#counters.faults, "internal");
      this.#report(error);
    }
  }

  #receiveFault(fault: SipFault, flow: SipFlow): void {
    count(this.#counters.faults, fault.fault);
    const { onFault } = this.#options;
    if (onFault !== undefined) this.#guard(() => onFault(fault.fault, flow.remote));
    const response = faultResponse(fault, flow.remote, this.#core.random);
    if (response === undefined) return;
    const back = flow.reliable
      ? flow
      : this.#transport.flowTo({ transport: "udp", ...response.target });
    back?.send(response.data);
  }

  #guard<T>(handler: () => T): T | undefined {
    try {
      return handler();
    } catch (error) {
      this.#counters.handlerErrors++;
      this.#report(error);
      return undefined;
    }
  }

  #report(error: unknown): void {
    try {
      this.#options.onHandlerError?.(error);
    } catch {
      // Whoever cannot even be told of errors is not told of this one.
    }
  }

  async #stop(graceMs: number): Promise<void> {
    this.#agent.stop();
    const ends = [...this.#calls.calls].map((call: BaseCall) => call.hangup({ status: 503 }));
    for (const invite of [...this.#invites]) {
      invite.cancel(487, "the user agent stops");
      ends.push(invite.done);
    }
    for (const registration of this.#registrations) ends.push(registration.unregister());
    ends.push(this.#server.whenAcknowledged());
    let grace = { cancel() {} };
    const timeout = new Promise<void>((resolve) => {
      grace = this.#clock.setTimer(resolve, graceMs);
    });
    await Promise.race([Promise.all(ends), timeout]);
    grace.cancel();
    this.#server.clear();
    this.#client.clear();
    // Before the timers: what was read last may wait for one, to give others their turn.
    await this.#transport.close();
    this.#timers.clear();
  }
}
