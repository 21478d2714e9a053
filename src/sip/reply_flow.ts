/** The way back for the responses to one request, RFC 3261 section 18.2.2. */

import type { Endpoint } from "../udp/mod.ts";
import type { ServerRequest } from "./server_request.ts";
import type { SipEndpoint } from "./sip_endpoint.ts";
import type { SipFlow } from "./sip_flow.ts";
import { replyTarget } from "./stamp_via.ts";
import { defaultPort } from "./via.ts";

/** Finds a path to an address. */
export type FlowTo = (remote: SipEndpoint) => SipFlow | undefined;

/** Where the responses to a request go: back on its connection, or to its source address. */
export function replyFlowOf({ flow, via }: ServerRequest, flowTo: FlowTo): SipFlow {
  if (!flow.reliable) {
    const target = replyTarget(via, flow.remote);
    return target === flow.remote ? flow : flowTo({ transport: "udp", ...at(target) }) ?? flow;
  }
  const port = via.port ?? defaultPort(via.transport);
  return new ReconnectingFlow(flow, { ...flow.remote, port }, flowTo);
}

/** A connection that is made anew, to where the request says it came from, when it is gone. */
class ReconnectingFlow implements SipFlow {
  readonly reliable = true;
  readonly remote: SipEndpoint;
  readonly #flowTo: FlowTo;
  readonly #sentBy: SipEndpoint;
  #flow: SipFlow;

  constructor(flow: SipFlow, sentBy: SipEndpoint, flowTo: FlowTo) {
    this.remote = flow.remote;
    this.#flow = flow;
    this.#sentBy = sentBy;
    this.#flowTo = flowTo;
  }

  get isUp(): boolean {
    return this.#flow.isUp;
  }

  send(data: Uint8Array): boolean {
    if (!this.#flow.isUp) this.#flow = this.#flowTo(this.#sentBy) ?? this.#flow;
    return this.#flow.send(data);
  }

  watch(onDown: () => void): () => void {
    return this.#flow.watch(onDown);
  }
}

function at({ address, port }: Endpoint): Endpoint {
  return { address, port };
}
