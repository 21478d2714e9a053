import { describe, expect, test } from "bun:test";
import { takePort } from "../../src/cli/take_port.ts";
import { echo } from "../../src/backend/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import { serveHttp } from "../../src/http/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";

const TAKEN = Object.assign(new Error("listen EADDRINUSE: address already in use"), {
  code: "EADDRINUSE",
});

/** Tries to have a port that is taken until `freeAt`, for up to `withinMs`. */
function take(clock: VirtualClock, freeAt: number, withinMs: number): Promise<string> {
  const listen = () => clock.now() >= freeAt ? Promise.resolve("listening") : Promise.reject(TAKEN);
  const option = "--http-port (SOFIA_PHONE_HTTP_PORT)";
  return takePort(listen, { what: "127.0.0.1:8080", option, clock, withinMs });
}

describe("takePort", () => {
  test("has a port that is free at once, whatever it may wait for", async () => {
    expect(await take(new VirtualClock(), 0, 0)).toBe("listening");
  });

  test("waits for one that another process is about to give back", async () => {
    const clock = new VirtualClock();
    const taking = take(clock, 950, 2000);
    await clock.advance(1000);
    expect(await taking).toBe("listening");
    expect(clock.pending).toBe(0);
  });

  test("gives up when the time is over, with what to do", async () => {
    const clock = new VirtualClock();
    const taking = take(clock, 5000, 2000).catch((error: Error) => error.message);
    await clock.advance(2000);
    expect(await taking).toBe(
      "Cannot start as 127.0.0.1:8080 is in use: end what has it, or set " +
        "--http-port (SOFIA_PHONE_HTTP_PORT) to another one or off",
    );
  });

  test("knows by which names the runtimes say it, also in a cause, and tells all else as it is", async () => {
    const clock = new VirtualClock();
    const options = { what: "a", option: "b", clock, withinMs: 0 };
    const named = Object.assign(new Error("Address already in use (os error 98)"), {
      name: "AddrInUse",
    });
    for (const error of [TAKEN, named, new Error("no", { cause: named })]) {
      await expect(takePort(() => Promise.reject(error), options)).rejects.toThrow("is in use");
    }
    const other = new TypeError("a token is needed");
    await expect(takePort(() => Promise.reject(other), options)).rejects.toBe(other);
  });

  test.each([
    ["EADDRNOTAVAIL", "this machine has no such address, choose one of its own"],
    ["EACCES", "a port below 1024 takes rights of its own, choose another"],
  ])("does not wait where that is no help, and says what is: %s", async (code, remedy) => {
    const error = Object.assign(new Error("no"), { code });
    const options = { what: "a:1", option: "b", clock: new VirtualClock(), withinMs: 1000 };
    await expect(takePort(() => Promise.reject(error), options)).rejects.toThrow(
      `Cannot start as a:1 cannot be listened at: ${remedy}`,
    );
  });

  test("knows the error of the runtime where it has no such address", async () => {
    const phone = new PhoneHandler({ voiceBackend: echo(), sipPort: 0 });
    const token = "a-token-that-nobody-guesses";
    // Of a network that is nobody's: RFC 5737.
    const listen = () => serveHttp({ phone, host: "203.0.113.9", port: 0, token });
    const options = { what: "a:1", option: "b", clock: new VirtualClock(), withinMs: 0 };
    await expect(takePort(listen, options)).rejects.toThrow("no such address");
  });
});
