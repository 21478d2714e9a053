import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock/mod.ts";
import { ClientTransaction } from "../../src/sip/client_transaction.ts";
import { ClientTransactions } from "../../src/sip/client_transactions.ts";
import { InviteClientTransaction } from "../../src/sip/invite_client_transaction.ts";
import { InviteServerTransaction } from "../../src/sip/invite_server_transaction.ts";
import { SipHeaders, type SipResponse } from "../../src/sip/mod.ts";
import { ServerTransaction } from "../../src/sip/server_transaction.ts";
import { newSipCounters } from "../../src/sip/sip_counters.ts";
import type { SipFlow } from "../../src/sip/sip_flow.ts";
import { rows } from "../support/rows.ts";

/** A flow that notes when something was sent on it, and what. */
class NotingFlow implements SipFlow {
  readonly remote = { transport: "udp" as const, address: "192.0.2.20", port: 5060 };
  isUp = true;
  readonly sent: [at: number, data: number][] = [];
  goDown: () => void = () => {};

  constructor(readonly reliable: boolean, readonly clock: VirtualClock) {}

  send(data: Uint8Array): boolean {
    if (this.isUp) this.sent.push([this.clock.now(), data[0]]);
    return this.isUp;
  }

  watch(onDown: () => void): () => void {
    this.goDown = onDown;
    return () => this.goDown = () => {};
  }
}

function scene(reliable: boolean) {
  const clock = new VirtualClock();
  const flow = new NotingFlow(reliable, clock);
  const context = { clock, counters: newSipCounters(), t1: 500, t2: 4_000, t4: 5_000 };
  const events: (number | string)[] = [];
  const note = (event: number | string) => void events.push(event);
  const client = {
    flow,
    data: Uint8Array.of(1),
    acknowledge: () => Uint8Array.of(2),
    onResponse: ({ status }: SipResponse) => note(status),
    onFailure: note,
    onTerminated: () => note(`over at ${clock.now()}`),
  };
  return { clock, flow, context, events, note, client };
}

function response(status: number): SipResponse {
  return { status, reason: "", headers: new SipHeaders(), body: new Uint8Array(0) };
}

const byte = (value: number) => Uint8Array.of(value);
const times = (flow: NotingFlow) => flow.sent.map(([at]) => at);

describe("InviteServerTransaction", () => {
  test("repeats a refusal by timer G and gives up by timer H", async () => {
    const { clock, flow, context, events, note } = scene(false);
    const transaction = new InviteServerTransaction(context, flow, () => note(clock.now()));
    transaction.respond(486, byte(9));
    await clock.advance(40_000);
    expect(times(flow)).toEqual([
      ...[0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500],
    ]);
    expect([transaction.state, events]).toEqual(["terminated", [32_000]]);
  });

  test("falls silent after the ACK and lives on for timer I", async () => {
    const { clock, flow, context, events, note } = scene(false);
    const transaction = new InviteServerTransaction(context, flow, () => note(clock.now()));
    transaction.respond(486, byte(9));
    await clock.advance(600);
    transaction.acknowledge();
    transaction.repeat();
    transaction.acknowledge();
    expect(transaction.state).toBe("confirmed");
    await clock.advance(40_000);
    expect(times(flow)).toEqual([0, 500]);
    expect(events).toEqual([5_600]);
  });

  test("says a refusal once on TCP and is over with the ACK", async () => {
    const { clock, flow, context, events, note } = scene(true);
    const transaction = new InviteServerTransaction(context, flow, () => note("over"));
    transaction.respond(486, byte(9));
    await clock.advance(20_000);
    transaction.acknowledge();
    expect([times(flow), events, clock.pending]).toEqual([[0], ["over"], 0]);
  });

  test("takes the INVITE in silence after a 2xx, until timer L", async () => {
    const { clock, flow, context, events, note } = scene(false);
    const transaction = new InviteServerTransaction(context, flow, () => note(clock.now()));
    transaction.respond(180, byte(1));
    transaction.respond(200, byte(2));
    transaction.repeat();
    transaction.respond(486, byte(3));
    transaction.respond(200, byte(4));
    await clock.advance(31_999);
    expect(transaction.state).toBe("accepted");
    await clock.advance(1);
    expect([flow.sent, events]).toEqual([[[0, 1], [0, 2]], [32_000]]);
  });

  test("answers a repeated INVITE with the last provisional, or not at all", () => {
    const { flow, context } = scene(false);
    const transaction = new InviteServerTransaction(context, flow, () => {});
    transaction.repeat();
    transaction.respond(100, byte(1));
    transaction.respond(180, byte(2));
    transaction.repeat();
    expect(flow.sent.map(([, data]) => data)).toEqual([1, 2, 2]);
  });
});

describe("ServerTransaction", () => {
  test("repeats its answer when asked, until timer J", async () => {
    const { clock, flow, context, events, note } = scene(false);
    const transaction = new ServerTransaction(context, flow, () => note(clock.now()));
    transaction.repeat();
    transaction.respond(200, byte(1));
    transaction.respond(500, byte(2));
    transaction.repeat();
    await clock.advance(32_000);
    transaction.repeat();
    expect([flow.sent, events]).toEqual([[[0, 1], [0, 1]], [32_000]]);
  });

  test("is over at once on TCP", () => {
    const { clock, flow, context, events, note } = scene(true);
    new ServerTransaction(context, flow, () => note("over")).respond(200, byte(1));
    expect([events, clock.pending]).toEqual([["over"], 0]);
  });
});

describe("InviteClientTransaction", () => {
  test("repeats by timer A until timer B", async () => {
    const { clock, flow, context, events, client } = scene(false);
    new InviteClientTransaction(context, client);
    await clock.advance(60_000);
    expect(times(flow)).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(events).toEqual(["over at 32000", 408]);
    expect(context.counters.retransmissions).toBe(6);
  });

  test("waits without end and in silence after a provisional response", async () => {
    const { clock, flow, context, events, client } = scene(false);
    const transaction = new InviteClientTransaction(context, client);
    transaction.receive(response(100));
    transaction.receive(response(180));
    await clock.advance(600_000);
    expect([times(flow), events, clock.pending]).toEqual([[0], [100, 180], 0]);
  });

  test("acknowledges each refusal, tells of one, and is over after timer D", async () => {
    const { clock, flow, context, events, client } = scene(false);
    const transaction = new InviteClientTransaction(context, client);
    transaction.receive(response(486));
    transaction.receive(response(486));
    transaction.receive(response(180));
    await clock.advance(31_999);
    expect(transaction.state).toBe("completed");
    await clock.advance(1);
    expect(flow.sent).toEqual([[0, 1], [0, 2], [0, 2]]);
    expect(events).toEqual([486, "over at 32000"]);
  });

  test("passes on each 2xx until timer M, and acknowledges none", async () => {
    const { clock, flow, context, events, client } = scene(false);
    const transaction = new InviteClientTransaction(context, client);
    transaction.receive(response(200));
    transaction.receive(response(200));
    transaction.receive(response(486));
    await clock.advance(32_000);
    transaction.receive(response(200));
    expect([flow.sent, events]).toEqual([[[0, 1]], [200, 200, "over at 32000"]]);
  });

  test("says it once on TCP, yet waits as long", async () => {
    const { clock, flow, context, events, client } = scene(true);
    new InviteClientTransaction(context, client);
    await clock.advance(40_000);
    expect([times(flow), events]).toEqual([[0], ["over at 32000", 408]]);
  });

  test("is over at once after a refusal on TCP", () => {
    const { flow, context, events, client, clock } = scene(true);
    new InviteClientTransaction(context, client).receive(response(404));
    expect([flow.sent, events, clock.pending]).toEqual([[[0, 1], [0, 2]], ["over at 0", 404], 0]);
  });

  test.each([[true], [false]])("fails with 503 when the flow goes down (%s)", async (before) => {
    const { clock, flow, context, events, client } = scene(true);
    flow.isUp = !before;
    new InviteClientTransaction(context, client);
    expect(events).toEqual([]);
    if (!before) flow.goDown();
    await clock.advance(0);
    expect([events, clock.pending]).toEqual([["over at 0", 503], 0]);
  });
});

describe("ClientTransaction", () => {
  test("repeats by timer E, at most T2 apart, until timer F", async () => {
    const { clock, flow, context, events, client } = scene(false);
    new ClientTransaction(context, client);
    await clock.advance(60_000);
    expect(times(flow)).toEqual([
      ...[0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500],
    ]);
    expect(events).toEqual(["over at 32000", 408]);
  });

  test("goes on every T2 after a provisional response", async () => {
    const { clock, flow, context, events, client } = scene(false);
    const transaction = new ClientTransaction(context, client);
    transaction.receive(response(100));
    transaction.receive(response(100));
    await clock.advance(40_000);
    expect(times(flow)).toEqual([0, 4_000, 8_000, 12_000, 16_000, 20_000, 24_000, 28_000]);
    expect(events).toEqual([100, 100, "over at 32000", 408]);
  });

  test("tells of one final response and is over after timer K", async () => {
    const { clock, flow, context, events, client } = scene(false);
    const transaction = new ClientTransaction(context, client);
    transaction.receive(response(200));
    transaction.receive(response(200));
    await clock.advance(10_000);
    expect([times(flow), events]).toEqual([[0], [200, "over at 5000"]]);
  });

  test("is over at once on TCP", () => {
    const { context, events, client, clock } = scene(true);
    new ClientTransaction(context, client).receive(response(200));
    expect([events, clock.pending]).toEqual([["over at 0", 200], 0]);
  });

  test("fails with 503 when the flow goes down", () => {
    const { flow, context, events, client, clock } = scene(true);
    new ClientTransaction(context, client);
    flow.goDown();
    expect([events, clock.pending]).toEqual([["over at 0", 503], 0]);
  });
});

describe("ClientTransactions", () => {
  test.each(rows("INVITE", "BYE"))(
    "forgets the %s over which its connection breaks, and tells of it later",
    async (method) => {
      const { clock, flow, context, events, client } = scene(true);
      flow.send = () => {
        flow.goDown();
        return false;
      };
      const transactions = new ClientTransactions(context);
      transactions.begin("z9hG4bK1", method, client);
      expect(events).toEqual([]);
      await clock.advance(0);
      expect([events, transactions.size]).toEqual([[503], 0]);
    },
  );
});
