import { describe, expect, test } from "bun:test";
import { MOST_MESSAGE, WebSocketEnd } from "../../src/http/web_socket.ts";

function make() {
  const sent: (string | Uint8Array)[] = [];
  const closes: (number | undefined)[] = [];
  let overs = 0;
  const end = new WebSocketEnd(() => overs++);
  const open = () =>
    end.opened({
      send: (message) => sent.push(message),
      close: (code) => closes.push(code),
      bufferedAmount: 7,
    });
  return {
    ...{ end, sent, closes, open },
    get overs() {
      return overs;
    },
  };
}

async function all(end: WebSocketEnd): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const message of end.messages) found.push(message);
  return found;
}

describe("WebSocketEnd", () => {
  test("keeps what is sent until the connection is open, and gives what comes, in order", async () => {
    const { end, sent, open } = make();
    end.send("a");
    open();
    end.send(Uint8Array.of(1));
    expect([sent, end.bufferedAmount]).toEqual([["a", Uint8Array.of(1)], 7]);
    end.received("x");
    end.received(Uint8Array.of(2));
    end.closed();
    expect(await all(end)).toEqual(["x", Uint8Array.of(2)]);
  });

  test("is over once, whoever ends it, and says nothing after that", async () => {
    const scene = make();
    const { end, sent, closes, open } = scene;
    open();
    end.close(4000, "enough");
    end.close(4001);
    end.closed();
    end.send("late");
    end.received("late");
    expect([closes, sent, scene.overs, end.bufferedAmount]).toEqual([[4000], [], 1, 0]);
    expect(await all(end)).toEqual([]);
  });

  test("closes a connection that opens after it was given up", () => {
    const { end, closes, open } = make();
    end.close();
    open();
    expect(closes).toEqual([1000]);
  });

  test("closes when whoever reads has had enough", async () => {
    const { end, closes, open } = make();
    open();
    await end.messages.cancel();
    expect(closes).toEqual([1000]);
  });

  test("cuts off who sends a message without end, or more than is taken", () => {
    const large = make();
    large.open();
    large.end.received(new Uint8Array(MOST_MESSAGE + 1));
    expect(large.closes).toEqual([1009]);
    const many = make();
    many.open();
    for (let i = 0; i < 2000; i++) many.end.received("a");
    expect(many.closes).toEqual([1008]);
  });

  test("does not fall over a connection that broke off", () => {
    const end = new WebSocketEnd();
    const fail = () => {
      throw new Error("it is closed");
    };
    end.opened({ send: fail, close: fail, bufferedAmount: 0 });
    end.send("a");
    end.close();
    expect(end.bufferedAmount).toBe(0);
  });
});
