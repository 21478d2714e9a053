import type { StoredCall } from "../../../src/call/mod.ts";

/** A call as it may be stored. */
export function call(more: Partial<StoredCall> = {}): StoredCall {
  return {
    ...{ id: "7f3a", epoch: 1, owner: "a", isLive: true, remoteAddress: "127.0.0.1" },
    ...{ from: { user: "alice" }, to: { user: "7000" }, startedAt: 1, updatedAt: 2 },
    ...{ history: [{ role: "caller" as const, text: "Zo\u00eb, 100 %" }], memory: { n: [1] } },
    ...more,
  };
}
