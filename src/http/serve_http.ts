/** The phone, served by HTTP. */

import { getLogger } from "@logtape/logtape";
import { sleep, SystemClock } from "../clock/mod.ts";
import type { PhoneHandler } from "../phone/mod.ts";
import { formatHostPort, isLoopback } from "../sip/mod.ts";
import { createApp } from "./create_app.ts";
import type { HttpOptions } from "./http_options.ts";
import { serveOnBun } from "./server/bun_server.ts";
import { serveOnDeno } from "./server/deno_server.ts";

const log = getLogger(["sofia-phone", "http"]);

/** Where to serve which phone. */
export interface ServeHttpOptions extends Omit<HttpOptions, "signal"> {
  /** The phone. */
  readonly phone: PhoneHandler;
  /** The address to listen on; any but this machine's own takes a token. @default "127.0.0.1" */
  readonly host?: string;
  /** The port to listen on; 0 takes a free one. @default 8080 */
  readonly port?: number;
}

/** A phone that is served. */
export interface HttpServer {
  /** Where, as a browser takes it: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The address. */
  readonly address: string;
  /** The port. */
  readonly port: number;
  /** Ends all connections, and resolves when none is left. The phone goes on. */
  stop(): Promise<void>;
}

/** What connections get to send what is on its way, such as how the last call ended, in ms. */
const FAREWELL_MS = 50;

/**
 * Serves a phone: its health, calls and events, the dashboard and the telephone of its page.
 *
 * @throws {TypeError} for an address that others reach, without a token
 * @throws {Error} when the address or port cannot be had
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { echo, PhoneHandler } from "@sofia/phone";
 * import { serveHttp } from "@sofia/phone/http";
 *
 * const phone = new PhoneHandler({ voiceBackend: echo(), sipPort: 0 });
 * await phone.start();
 * const server = await serveHttp({ phone, port: 0 });
 * const response = await fetch(`${server.url}/ready`);
 * assert.deepEqual(await response.json(), { isReady: true });
 * await server.stop();
 * await phone.stop();
 * ```
 */
// deno-lint-ignore require-await -- what cannot be served rejects, and another runtime may have to wait
export async function serveHttp(options: ServeHttpOptions): Promise<HttpServer> {
  const { phone, host = "127.0.0.1", port = 8080, token, clock = new SystemClock() } = options;
  if (token === undefined && !isLoopback(host)) {
    throw new TypeError(
      "Cannot serve by HTTP without a token as others reach the address: current value of host is " +
        host,
    );
  }
  if (token !== undefined && !/^[\x21-\x7e]{16,}$/.test(token)) {
    // It is not shown, as messages go to logs.
    throw new TypeError(
      "Cannot serve by HTTP as the token has at least 16 letters, digits and signs of ASCII, without " +
        `blanks, so that nobody guesses it: it has ${token.length}`,
    );
  }
  const stopping = new AbortController();
  const app = createApp(phone, { ...options, signal: stopping.signal });
  const serve = "Bun" in globalThis ? serveOnBun : serveOnDeno;
  try {
    const server = serve({
      host,
      port,
      handle: async (request, connection) => await app.fetch(request, connection),
    });
    const url = `http://${formatHostPort(host, server.port)}`;
    log.info("serving at {url}", { url });
    return {
      url,
      address: server.address,
      port: server.port,
      stop: async () => {
        stopping.abort();
        await sleep(clock, FAREWELL_MS);
        await server.stop();
      },
    };
  } catch (error) {
    stopping.abort();
    throw error;
  }
}
