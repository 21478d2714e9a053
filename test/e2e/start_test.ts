import { describe, expect, test } from "bun:test";
import {
  bindUdp,
  claimPorts,
  closeTcp,
  closeUdp,
  freePort,
  listenTcp,
} from "../support/free_ports.ts";
import { phoneCommand, RUNTIME } from "../support/phone_process.ts";
import { type Ending, Program } from "../support/program.ts";

/** Starts a phone that is not to start. */
async function refusal(
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ending & { said: string; ready: string }> {
  await using program = new Program(...phoneCommand(RUNTIME, flags), { env });
  const timer = setTimeout(() => program.kill("SIGKILL"), 10_000);
  const ending = await program.ended;
  clearTimeout(timer);
  return { ...ending, said: program.stderr.trim(), ready: program.stdout };
}

function expectOneSentence(result: Ending & { said: string; ready: string }): void {
  expect(result.signal).toBe(null);
  expect(result.code).not.toBe(0);
  expect(result.ready).toBe("");
  expect(result.said.split("\n")).toHaveLength(1);
  expect(result.said).toMatch(/^Cannot /);
}

describe("a start that cannot be", () => {
  test.each([
    ["--sip-port", "70000"],
    ["--sip-port", "5070x"],
    ["--sip-host", "not-an-address"],
    ["--rtp-start-port", "80"],
    ["--max-calls", "0"],
    ["--backend", "no-such-backend"],
    ["--backend", "./no/such/file.ts"],
    ["--log-level", "loud"],
    ["--no-such-flag", "1"],
  ])("%s %s ends with one sentence that names the option and the value", async (flag, value) => {
    const result = await refusal([flag, value]);
    expectOneSentence(result);
    expect(result.said).toContain(flag);
    if (flag !== "--no-such-flag") expect(result.said).toContain(value);
  }, 20_000);

  test.each([
    ["SOFIA_PHONE_SIP_PORT", "-1"],
    ["SOFIA_PHONE_MAX_CALLS", "many"],
    ["SOFIA_PHONE_RTP_END_PORT", "1"],
    ["SOFIA_PHONE_LOG_LEVEL", "loud"],
    ["SOFIA_PHONE_BACKEND", "no-such-backend"],
  ])("%s=%s ends with one sentence that names the variable and the value", async (name, value) => {
    const result = await refusal([], { [name]: value });
    expectOneSentence(result);
    expect(result.said).toContain(name);
    expect(result.said).toContain(value);
  }, 20_000);

  test("on a UDP port in use ends with one sentence that names the port", async () => {
    const socket = await bindUdp(0);
    const { port } = socket.address();
    const result = await refusal(["--sip-port", String(port)]);
    await closeUdp(socket);
    expectOneSentence(result);
    expect(result.said).toContain(String(port));
  }, 20_000);

  test("on a TCP port in use ends with one sentence that names the port", async () => {
    const server = await listenTcp(0);
    const { port } = server.address() as { port: number };
    const result = await refusal(["--sip-port", String(port)]);
    await closeTcp(server);
    expectOneSentence(result);
    expect(result.said).toContain(String(port));
  }, 20_000);

  test("with every port for sound in use ends with one sentence that names the range", async () => {
    await using range = await claimPorts(4);
    const ports = Array.from({ length: 4 }, (_, index) => range.start + index);
    const sockets = await Promise.all(ports.map(bindUdp));
    const result = await refusal([
      ...["--sip-port", String(await freePort())],
      ...["--rtp-start-port", String(range.start), "--rtp-end-port", String(range.end)],
      ...["--max-calls", "1"],
    ]);
    await Promise.all(sockets.map(closeUdp));
    expectOneSentence(result);
    expect(result.said).toContain(String(range.start));
  }, 20_000);
});

describe("--help", () => {
  test("names every option and its variable, and ends with 0", async () => {
    const { code, ready } = await refusal(["--help"]);
    expect(code).toBe(0);
    for (const name of ["backend", "sip-host", "sip-port", "max-calls", "log-level"]) {
      expect(ready).toContain(`--${name}`);
      expect(ready).toContain(`SOFIA_PHONE_${name.toUpperCase().replace("-", "_")}`);
    }
  }, 20_000);
});

describe("the environment", () => {
  test("starts the phone as the flags do", async () => {
    const port = await freePort();
    await using rtp = await claimPorts(20);
    await using program = new Program(...phoneCommand(RUNTIME, []), {
      env: {
        SOFIA_PHONE_BACKEND: "loopback",
        SOFIA_PHONE_SIP_HOST: "127.0.0.1",
        SOFIA_PHONE_SIP_PORT: String(port),
        SOFIA_PHONE_RTP_START_PORT: String(rtp.start),
        SOFIA_PHONE_RTP_END_PORT: String(rtp.end),
        SOFIA_PHONE_MAX_CALLS: "3",
        SOFIA_PHONE_HTTP_PORT: "off",
        SOFIA_PHONE_LOG_LEVEL: "error",
      },
    });
    const [line] = await program.says(/^ready: .*$/m);
    expect(line).toContain(`127.0.0.1:${port}`);
    expect((await program.stop()).code).toBe(0);
    expect(program.stdout).toBe(`${line}\n`);
    expect(program.stderr).toBe("");
  }, 20_000);
});
