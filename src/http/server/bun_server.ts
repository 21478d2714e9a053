/** Serving by what Bun has. */

import type { Connection, Upgrade } from "../connection.ts";
import { formatHostPort } from "../../sip/mod.ts";
import { MOST_MESSAGE, WebSocketEnd } from "../web_socket.ts";
import type { RunningServer, ServerOptions } from "./server_options.ts";

/** How long a request may be silent, in seconds. */
const IDLE_S = 30;

/** A WebSocket of Bun's. */
interface BunSocket {
  readonly data: { readonly end: WebSocketEnd };
  send(message: string | Uint8Array): number;
  close(code?: number, reason?: string): void;
  getBufferedAmount(): number;
}

/** As much of Bun's server as is used here; its types are not there on Deno. */
interface BunServer {
  readonly port: number;
  requestIP(request: Request): { readonly address: string } | null;
  timeout(request: Request, seconds: number): void;
  upgrade(request: Request, options: { readonly data: { readonly end: WebSocketEnd } }): boolean;
  stop(closeActive: boolean): Promise<void>;
}

interface Bun {
  serve(options: {
    readonly hostname: string;
    readonly port: number;
    readonly idleTimeout: number;
    readonly maxRequestBodySize: number;
    readonly fetch: (request: Request, server: BunServer) => Promise<Response | undefined>;
    readonly websocket: Record<string, unknown>;
  }): BunServer;
}

/** Serves until it is stopped. @throws {Error} when the address cannot be had */
export function serveOnBun({ host, port, handle }: ServerOptions): RunningServer {
  const server = (globalThis as unknown as { Bun: Bun }).Bun.serve({
    hostname: host,
    port,
    idleTimeout: IDLE_S,
    // What is larger than the application takes is told so by it; this bounds what is kept meanwhile.
    maxRequestBodySize: 4_194_304,
    fetch: async (request, server) => {
      let isUpgraded = false;
      const connection: Connection = {
        address: server.requestIP(request)?.address,
        // A stream of events is silent for as long as nothing happens, a telephone for as long as it rings.
        keepOpen: () => {
          server.timeout(request, 0);
          return () => server.timeout(request, IDLE_S);
        },
        upgrade: (onClosed) => {
          const end = new WebSocketEnd(onClosed);
          if (!server.upgrade(request, { data: { end } })) return undefined;
          isUpgraded = true;
          return upgraded(end);
        },
      };
      const response = await handle(absolute(request, host), connection);
      return isUpgraded ? undefined : response;
    },
    websocket: {
      maxPayloadLength: MOST_MESSAGE,
      // Seconds; it sends pings by itself, and who answers none is gone.
      idleTimeout: 60,
      sendPings: true,
      open: (socket: BunSocket) =>
        socket.data.end.opened({
          send: (message) => socket.send(message),
          close: (code, reason) => socket.close(code, reason),
          get bufferedAmount() {
            return socket.getBufferedAmount();
          },
        }),
      message: ({ data }: BunSocket, message: string | Uint8Array) =>
        // Its buffer is used again for the next.
        data.end.received(typeof message === "string" ? message : message.slice()),
      close: ({ data }: BunSocket) => data.end.closed(),
    },
  });
  return { address: host, port: server.port, stop: () => server.stop(true) };
}

/** HTTP/1.0 has requests without Host, whose address Bun leaves as it came: `/health`. */
function absolute(request: Request, host: string): Request {
  if (!request.url.startsWith("/")) return request;
  return new Request(`http://${formatHostPort(host)}${request.url}`, request);
}

function upgraded(socket: WebSocketEnd): Upgrade {
  // Bun has answered itself: this one is thrown away.
  return { response: new Response(null), socket };
}
