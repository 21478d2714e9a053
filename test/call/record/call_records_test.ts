import { describe, expect, test } from "bun:test";
import { type Call, CallRecords } from "../../../src/call/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";

describe("CallRecords", () => {
  test("tell of a record that cannot be made, as of a call whose chain a user has broken", async () => {
    const errors: Error[] = [];
    const told: unknown[] = [];
    const records = new CallRecords({
      clock: new VirtualClock(),
      wallClock: () => 0,
      onRecord: (_, record) => void told.push(record),
      onError: (error) => void errors.push(error),
    });
    const chain = {
      toString() {
        throw new Error("no name");
      },
    };
    const info = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };
    const call = { id: "1", sipCallId: "1", info, keys: { entries: [] }, media: { chain } };
    records.begin(call as unknown as Call);
    records.end(call as unknown as Call, {
      ...{ cause: "remote", status: undefined, reason: undefined, durationMs: 0 },
    });
    await records.close();
    expect([errors.map(({ message }) => message), told]).toEqual([["no name"], []]);
  });
});
