import { describe, expect, test } from "bun:test";
import type { RegisterOptions, RegistrationState } from "../../src/sip/mod.ts";
import { respond } from "../support/sip_peer.ts";
import { fieldOf, fieldsOf, SipWire, startLines, THEIRS } from "../support/sip_wire.ts";

async function scene(changes: Partial<RegisterOptions> = {}) {
  const states: (RegistrationState | number)[] = [];
  const wire = await SipWire.open();
  const registration = wire.agent.register({
    registrar: "sip:192.0.2.20",
    addressOfRecord: "sip:agent@example.com",
    onState: (state, error) => states.push(error?.status ?? state),
    ...changes,
  });
  const [register] = await wire.pass(0);
  return { wire, registration, register, states };
}

const OURS = "Contact: <sip:agent@192.0.2.10:5070>;expires=120";

describe("SipRegistration", () => {
  test("registers and refreshes in time, with the same Call-ID and the next CSeq", async () => {
    const { wire, registration, register, states } = await scene();
    expect(startLines([register])).toEqual(["REGISTER sip:192.0.2.20 SIP/2.0"]);
    expect(register.to).toMatchObject(THEIRS);
    expect(fieldOf(register.text, "To")).toBe("<sip:agent@example.com>");
    expect(fieldOf(register.text, "Contact")).toBe("<sip:agent@192.0.2.10:5070>");
    expect(fieldOf(register.text, "Expires")).toBe("300");
    const lines = ["Contact: <sip:other@192.0.2.11>;expires=9", OURS];
    await wire.udp(respond(register.text, "200 OK", { lines }));
    expect([registration.state, registration.grantedExpires]).toEqual(["registered", 120]);
    expect(await wire.pass(87_999)).toEqual([]);
    const [again] = await wire.pass(1);
    expect(fieldOf(again.text, "Call-ID")).toBe(fieldOf(register.text, "Call-ID"));
    expect(fieldOf(again.text, "CSeq")).toBe("2 REGISTER");
    expect(states).toEqual(["registered"]);
  });

  test("proves who it is, and again without being asked", async () => {
    const auth = { username: "agent", password: "secret", realm: "example.com" };
    const { wire, registration, register } = await scene({ auth });
    expect(fieldsOf(register.text, "Authorization")).toEqual([]);
    const challenge = ['WWW-Authenticate: Digest realm="example.com", nonce="abc", qop="auth"'];
    const [proven] = await wire.udp(respond(register.text, "401 Prove", { lines: challenge }));
    expect(fieldOf(proven.text, "Authorization")).toContain('nonce="abc"');
    expect(fieldOf(proven.text, "CSeq")).toBe("2 REGISTER");
    await wire.udp(respond(proven.text, "200 OK", { lines: [OURS] }));
    expect(registration.state).toBe("registered");
    registration.refresh();
    const [refresh] = await wire.pass(0);
    expect(fieldOf(refresh.text, "Authorization")).toContain("nc=00000002");
  });

  test("gives no proof to another realm", async () => {
    const auth = { username: "agent", password: "secret", realm: "example.com" };
    const { wire, register, states } = await scene({ auth });
    const lines = ['WWW-Authenticate: Digest realm="evil.example", nonce="abc"'];
    expect(await wire.udp(respond(register.text, "401 Prove", { lines }))).toEqual([]);
    expect(states).toEqual([401]);
  });

  test("asks for longer when the registrar wants that", async () => {
    const { wire, register } = await scene({ expires: 60 });
    const lines = ["Min-Expires: 600"];
    const [longer] = await wire.udp(respond(register.text, "423 Too Brief", { lines }));
    expect(fieldOf(longer.text, "Expires")).toBe("600");
  });

  test("tries again later and later after failures, and says why", async () => {
    const { wire, registration, register, states } = await scene({ maxBackoffMs: 10_000 });
    await wire.udp(respond(register.text, "503 Busy"));
    expect([registration.state, states]).toEqual(["failed", [503]]);
    const delays: number[] = [];
    for (let i = 0; i < 5; i++) {
      const start = wire.clock.now();
      let sent = await wire.pass(100);
      while (sent.length === 0) sent = await wire.pass(100);
      delays.push(wire.clock.now() - start);
      await wire.udp(respond(sent[0].text, "503 Busy"));
    }
    // Doubled each time, give or take a quarter, up to the longest.
    const doubled = [2_000, 4_000, 8_000, 10_000, 10_000];
    for (const [i, delayMs] of delays.entries()) {
      expect(delayMs).toBeGreaterThanOrEqual(Math.min(doubled[i] * 0.75, 10_000));
      expect(delayMs).toBeLessThanOrEqual(Math.min(doubled[i] * 1.25, 10_000) + 100);
    }
  });

  test("waits as long as Retry-After asks", async () => {
    const { wire, register } = await scene();
    await wire.udp(
      respond(register.text, "503 Busy", { lines: ["Retry-After: 60 (maintenance)"] }),
    );
    expect(await wire.pass(59_999)).toEqual([]);
    expect(startLines(await wire.pass(1))).toEqual(["REGISTER sip:192.0.2.20 SIP/2.0"]);
  });

  test("fails with 408 when the registrar is silent", async () => {
    const { wire, states } = await scene();
    await wire.pass(32_000);
    expect(states).toEqual([408]);
  });

  test("removes the binding", async () => {
    const { wire, registration, register, states } = await scene();
    await wire.udp(respond(register.text, "200 OK", { lines: [OURS] }));
    const removed = registration.unregister();
    const [remove] = await wire.pass(0);
    expect(fieldOf(remove.text, "Expires")).toBe("0");
    await wire.udp(respond(remove.text, "200 OK"));
    await removed;
    expect(states).toEqual(["registered", "unregistering", "unregistered"]);
    expect(registration.grantedExpires).toBe(0);
    await wire.pass(60_000);
    expect(wire.clock.pending).toBe(0);
  });

  test("removes the binding that it was just about to make", async () => {
    const { wire, registration, register } = await scene();
    const removed = registration.unregister();
    expect(await wire.pass(0)).toEqual([]);
    const [remove] = await wire.udp(respond(register.text, "200 OK", { lines: [OURS] }));
    expect(fieldOf(remove.text, "Expires")).toBe("0");
    await wire.udp(respond(remove.text, "200 OK"));
    await removed;
  });

  test("throws for a registrar that is none", async () => {
    const wire = await SipWire.open();
    const options = { registrar: "192.0.2.20", addressOfRecord: "sip:a@b" };
    expect(() => wire.agent.register(options)).toThrow(
      "Cannot register as the registrar must be a sip: URI: current value is 192.0.2.20",
    );
  });
});
