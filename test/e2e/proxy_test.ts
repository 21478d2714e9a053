import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import { afterEach, describe, expect, test } from "bun:test";
import { lacks } from "../support/needs.ts";
import { type ProxyName, TlsProxy } from "../support/tls_proxy.ts";
import { eventually } from "../support/wait.ts";

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A server that does what sofia-phone's does, as far as a proxy can tell. */
async function behind() {
  const requests: IncomingMessage[] = [];
  const streams: ServerResponse[] = [];
  const sockets: Duplex[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    if (request.url === "/events") {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write("data: first\n\n");
      streams.push(response);
      return;
    }
    request.resume().on("end", () => response.end("it is here"));
  });
  server.on("upgrade", (request, socket: Duplex) => {
    requests.push(request);
    sockets.push(socket);
    socket.on("error", () => {});
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    );
    // What comes goes back, whatever it is: a proxy does not look into it.
    socket.on("data", (bytes) => void socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(async () => {
    for (const one of [...streams, ...sockets]) one.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as { port: number }).port, requests, streams };
}

/** A request by a line of its own, and all that comes back as it comes. */
class Exchange {
  said = "";
  readonly socket: TLSSocket;

  constructor({ port }: TlsProxy, lines: readonly string[], body = "") {
    // Nobody vouches for the certificate of a test.
    this.socket = connect({
      ...{ port, host: "127.0.0.1", servername: "phone.example.com" },
      rejectUnauthorized: false,
    });
    this.socket.setEncoding("latin1").on("error", () => {});
    this.socket.on("data", (text: string) => void (this.said += text));
    this.socket.write(
      `${[...lines, `Host: phone.example.com:${port}`].join("\r\n")}\r\n\r\n${body}`,
    );
    cleanUps.push(() => {
      this.socket.destroy();
      return Promise.resolve();
    });
  }

  /** Waits until it was told that. */
  async hears(what: string): Promise<void> {
    await eventually(`"${what}" in ${this.said}`, () => this.said.includes(what));
  }
}

function isMissing(name: ProxyName): boolean {
  return lacks(name, "openssl");
}

for (const name of ["nginx", "caddy"] as const) {
  describe(`${name} in front of sofia-phone`, () => {
    async function scene() {
      const server = await behind();
      const proxy = await TlsProxy.start(name, server.port);
      cleanUps.push(() => proxy[Symbol.asyncDispose]());
      return { ...server, proxy };
    }

    test.skipIf(isMissing(name))(
      "says who asks for what, whatever the client says of it",
      async () => {
        const { proxy, requests } = await scene();
        const origin = `Origin: https://phone.example.com:${proxy.port}`;
        const fields = [origin, "X-Forwarded-For: 192.0.2.1", "Authorization: Bearer x"];
        const asked = new Exchange(proxy, ["GET /status?a=1 HTTP/1.1", ...fields]);
        await asked.hears("it is here");
        expect(asked.said).toMatch(/^strict-transport-security: max-age=31536000/im);
        const { url, headers } = requests[0];
        expect(url).toBe("/status?a=1");
        expect(headers.host).toBe(`phone.example.com:${proxy.port}`);
        expect(headers.origin).toBe(`https://phone.example.com:${proxy.port}`);
        expect(headers["x-forwarded-for"]).toBe("127.0.0.1");
        expect(headers["x-forwarded-proto"]).toBe("https");
        expect(headers.authorization).toBe("Bearer x");
      },
    );

    test.skipIf(isMissing(name))("passes events on one by one", async () => {
      const { proxy, streams } = await scene();
      const events = new Exchange(proxy, ["GET /events HTTP/1.1"]);
      // The second is sent only when the first was heard: who kept it would wait for ever.
      await events.hears("data: first");
      for (const word of ["second", "third"]) {
        streams[0].write(`data: ${word}\n\n`);
        await events.hears(`data: ${word}`);
      }
      // A viewer who leaves is noticed.
      events.socket.destroy();
      await eventually("the end", () => streams[0].destroyed || streams[0].closed);
    });

    test.skipIf(isMissing(name))("passes WebSockets on, both ways", async () => {
      const { proxy, requests } = await scene();
      const upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
      const socket = new Exchange(proxy, [
        "GET /phone/socket?ticket=abc HTTP/1.1",
        ...upgrade,
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      ]);
      await socket.hears("\r\n\r\n");
      expect(socket.said).toMatch(/^HTTP\/1\.1 101 /);
      expect(requests[0].headers.connection?.toLowerCase()).toBe("upgrade");
      expect(requests[0].url).toBe("/phone/socket?ticket=abc");
      // 20 ms of sound at a time, each back before the next.
      for (let n = 0; n < 30; n++) {
        socket.said = "";
        const frame = `${n}:`.padEnd(640, "\u00e9");
        socket.socket.write(frame, "latin1");
        await eventually(`frame ${n}`, () => socket.said === frame);
      }
    });

    test.skipIf(isMissing(name))("keeps figures and what is too large to itself", async () => {
      const { proxy, requests } = await scene();
      const figures = new Exchange(proxy, ["GET /metrics HTTP/1.1"]);
      await figures.hears("\r\n\r\n");
      expect(figures.said).toMatch(/^HTTP\/1\.1 404 /);
      expect(requests).toEqual([]);
      const most = 70_000;
      const large = new Exchange(
        proxy,
        ["POST /calls HTTP/1.1", `Content-Length: ${most}`],
        "x".repeat(most),
      );
      await large.hears("\r\n\r\n");
      expect(large.said).toMatch(/^HTTP\/1\.1 (413|502) /);
    });

    test.skipIf(isMissing(name))("sends who comes without TLS to where it is", async () => {
      const { proxy, requests } = await scene();
      const answer = await fetch(`http://127.0.0.1:${proxy.plainPort}/calls?x=1`, {
        ...{ headers: { Host: "phone.example.com" }, redirect: "manual" },
      });
      await answer.body?.cancel();
      expect([301, 308]).toContain(answer.status);
      expect(answer.headers.get("Location")).toMatch(/^https:\/\/.*\/calls\?x=1$/);
      expect(requests).toEqual([]);
    });
  });
}
