import { describe, expect, test } from "bun:test";
import { BackendStream, mock } from "../../src/backend/mod.ts";

const CALL = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };

describe("a floor whose holder asks for nothing", () => {
  test("keeps the first 500 inputs of a caller who never stops to press keys", async () => {
    const stream = new BackendStream(mock(), CALL);
    using floor = stream.takeFloor();
    for (let keys = 0; keys < 600; keys++) await stream.press(String(keys % 10));
    let digits = "";
    for (;;) {
      const input = await floor.next({ timeoutMs: 0 });
      if (input?.type !== "key") break;
      digits += input.digit;
    }
    expect(digits).toBe("0123456789".repeat(50));
    await stream.readable.cancel();
  });
});
