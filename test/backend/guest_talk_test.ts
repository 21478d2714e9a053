import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { BackendStream, type Guest, mock } from "../../src/backend/mod.ts";

const CALL = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };

function pair(): Guest {
  return new TransformStream<AudioFrame, AudioFrame>();
}

/** A pair, one side of which somebody else has. */
function used(side: "readable" | "writable"): Guest {
  const guest = pair();
  if (side === "readable") guest.readable.getReader();
  else guest.writable.getWriter();
  return guest;
}

describe("a guest", () => {
  test.each<[string, unknown, string]>([
    ["nothing", undefined, "undefined"],
    ["one stream", { readable: pair().readable }, "readable"],
    ["a socket", { send: () => {} }, "send"],
    ["a pair that is read", used("readable"), "its readable is in use"],
    ["a pair that is written to", used("writable"), "its writable is in use"],
  ])("that is %s is refused, and the floor is free again", async (_, guest, value) => {
    const stream = new BackendStream(mock(), CALL);
    const connecting = stream.connect(guest as Guest);
    const failure = await connecting.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect(String(failure)).toContain("Cannot connect a guest as it is { readable, writable }");
    expect(String(failure)).toContain(value);
    stream.takeFloor().release();
  });

  test("that is refused for one side has the other as before", async () => {
    const stream = new BackendStream(mock(), CALL);
    const guest = used("writable");
    await stream.connect(guest).catch(() => {});
    expect(guest.readable.locked).toBe(false);
  });
});
