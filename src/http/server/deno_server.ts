/** Serving by what Deno has. */

import type { Connection, Upgrade } from "../connection.ts";
import { WebSocketEnd } from "../web_socket.ts";
import type { RunningServer, ServerOptions } from "./server_options.ts";

/** As much of Deno as is used here; its types are not there on Bun. */
interface Deno {
  serve(
    options: {
      readonly hostname: string;
      readonly port: number;
      readonly signal: AbortSignal;
      readonly onListen: () => void;
    },
    handler: (
      request: Request,
      info: { readonly remoteAddr: { readonly hostname?: string } },
    ) => Promise<Response>,
  ): { readonly addr: { readonly port: number }; readonly finished: Promise<void> };
  upgradeWebSocket(
    request: Request,
    options: { readonly idleTimeout: number },
  ): { readonly response: Response; readonly socket: WebSocket };
}

/** Serves until it is stopped. @throws {Error} when the address cannot be had */
export function serveOnDeno({ host, port, handle }: ServerOptions): RunningServer {
  const { Deno } = globalThis as unknown as { Deno: Deno };
  const stopping = new AbortController();
  const sockets = new Set<WebSocketEnd>();
  const server = Deno.serve({
    hostname: host,
    port,
    signal: stopping.signal,
    onListen: () => {},
  }, (request, { remoteAddr }) => {
    const connection: Connection = {
      address: remoteAddr.hostname,
      keepOpen: () => () => {},
      upgrade: (onClosed) => {
        if (request.headers.get("Upgrade")?.toLowerCase() !== "websocket") return undefined;
        const end: WebSocketEnd = new WebSocketEnd(() => {
          sockets.delete(end);
          onClosed();
        });
        try {
          const upgraded = { ...upgrade(Deno, request, end), socket: end };
          sockets.add(end);
          return upgraded;
        } catch {
          // It lacks a field of RFC 6455 section 4.2.1.
          return undefined;
        }
      },
    };
    return handle(request, connection);
  });
  return {
    address: host,
    port: server.addr.port,
    stop: async () => {
      for (const socket of sockets) socket.close(1001, "The server stops");
      stopping.abort();
      await server.finished;
    },
  };
}

function upgrade(deno: Deno, request: Request, end: WebSocketEnd): Pick<Upgrade, "response"> {
  // Seconds without an answer to a ping.
  const { response, socket } = deno.upgradeWebSocket(request, { idleTimeout: 60 });
  socket.binaryType = "arraybuffer";
  socket.onopen = () =>
    end.opened({
      send: (message) => socket.send(message),
      close: (code, reason) => socket.close(code, reason),
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
    });
  socket.onmessage = ({ data }) =>
    end.received(typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer));
  socket.onclose = () => end.closed();
  // A close follows.
  socket.onerror = () => {};
  return { response };
}
