import { describe, expect, test } from "bun:test";
import { SocketGate } from "../../../src/http/guard/socket_gate.ts";
import type { HttpContext } from "../../../src/http/http_env.ts";

/** A request for a WebSocket, by a server that can make it one or cannot. */
function request(upgrade: string | undefined, canUpgrade = true) {
  const closed: (() => void)[] = [];
  const context = {
    get: () => "192.0.2.1",
    req: { method: "GET", header: (name: string) => name === "Upgrade" ? upgrade : undefined },
    env: canUpgrade
      ? { upgrade: (onClosed: () => void) => ({ socket: closed.push(onClosed) }) }
      : undefined,
  } as unknown as HttpContext;
  return { context, close: () => closed[0]() };
}

describe("SocketGate", () => {
  test("lets so many in at a time, and one more when one has left", () => {
    const gate = new SocketGate({ most: 2, perClient: 2 });
    const [one, two, three] = [request("websocket"), request("WebSocket"), request("websocket")];
    for (const { context } of [one, two]) gate.enter(context);
    expect(() => gate.enter(three.context)).toThrow("There are 2 WebSockets already");
    expect(gate.open).toBe(2);
    one.close();
    gate.enter(three.context);
    expect(gate.open).toBe(2);
  });

  test.each([
    ["no WebSocket", request(undefined)],
    ["something else", request("h2c")],
    ["one where the server makes none", request("websocket", false)],
  ])("keeps no place for who asks for %s", (_, { context }) => {
    const gate = new SocketGate({ most: 1, perClient: 1 });
    expect(() => gate.enter(context)).toThrow("This path is for WebSockets");
    expect(gate.open).toBe(0);
  });
});
