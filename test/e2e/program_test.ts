import { describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { closeTcp, listenTcp } from "../support/free_ports.ts";

import { Program } from "../support/program.ts";
import { phoneCommand, PhoneProcess, RUNTIME } from "../support/phone_process.ts";
import { eventually } from "../support/wait.ts";

const TOKEN = "a-token-that-nobody-guesses";

/** A phone with its HTTP server, and where that is. */
async function served(
  options: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<{ phone: PhoneProcess; url: string }> {
  const { args = [], env } = options;
  const phone = await PhoneProcess.start({ args: ["--http-port", "0", ...args], env, maxCalls: 5 });
  const [, url] = await phone.program.says(/^open (\S+)\/phone to talk, \S+ to watch$/m);
  return { phone, url };
}

async function statusOf(url: string, token?: string): Promise<number | "gone"> {
  try {
    const headers: HeadersInit = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const response = await fetch(url, { headers });
    await response.body?.cancel();
    return response.status;
  } catch {
    return "gone";
  }
}

describe("the program", () => {
  test("serves pages, health and figures until it ends", async () => {
    const { phone, url } = await served();
    await using _ = phone;
    for (const path of ["/", "/phone", "/health", "/ready", "/status", "/metrics", "/calls"]) {
      expect([path, await statusOf(url + path)]).toEqual([path, 200]);
    }
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      "sofia_phone_calls_offered_total",
    );
    expect(await phone.stop()).toEqual({ code: 0, signal: null });
    expect(await statusOf(`${url}/health`)).toBe("gone");
  }, 30_000);

  test("drains: not ready at once, served until the last call is over, then gone", async () => {
    const { phone, url } = await served();
    await using _ = phone;
    const caller = await IndependentCaller.call(phone.port);
    expect(await statusOf(`${url}/ready`)).toBe(200);
    phone.program.kill("SIGTERM");
    await eventually(
      "not ready",
      () => phone.program.stderr.includes("no new calls, 1 may finish"),
    );
    expect(await statusOf(`${url}/ready`)).toBe(503);
    expect(await statusOf(`${url}/health`)).toBe(200);
    await eventually("progress", () => /draining: 1 of 1 calls left/.test(phone.program.stderr));
    await caller.bye();
    await caller.close();
    expect(await phone.program.ended).toEqual({ code: 0, signal: null });
    expect(phone.program.stderr).toMatch(/draining: 0 of 1 calls left/);
    expect(await statusOf(`${url}/ready`)).toBe("gone");
  }, 30_000);

  test("ends calls at once at the second signal", async () => {
    const { phone } = await served();
    await using _ = phone;
    const caller = await IndependentCaller.call(phone.port);
    phone.program.kill("SIGTERM");
    await eventually("the first", () => phone.program.stderr.includes("no new calls"));
    phone.program.kill("SIGINT");
    await caller.hungUp;
    await caller.close();
    expect(await phone.program.ended).toEqual({ code: 0, signal: null });
  }, 30_000);

  test("asks for its token where it has one, and takes it from a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "program-"));
    try {
      const path = join(folder, "token");

      writeFileSync(path, `${TOKEN}\n`);
      const { phone, url } = await served({ env: { SOFIA_PHONE_HTTP_TOKEN_FILE: path } });
      await using _ = phone;
      expect(await statusOf(`${url}/calls`)).toBe(401);
      expect(await statusOf(`${url}/calls`, TOKEN)).toBe(200);
      expect(await statusOf(`${url}/ready`)).toBe(200);
      expect(phone.program.stderr + phone.program.stdout).not.toContain(TOKEN);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 30_000);

  test("says which port of its server is taken, and what to do", async () => {
    const server = await listenTcp(0);
    const { port } = server.address() as { port: number };
    const flags = ["--sip-port", "0", "--http-port", String(port)];
    await using program = new Program(...phoneCommand(RUNTIME, flags));
    expect((await program.ended).code).toBe(1);
    await closeTcp(server);
    expect(program.stdout).toBe("");
    expect(program.stderr).toContain(
      `Cannot start as 127.0.0.1:${port} is in use: end what has it, or set ` +
        "--http-port (SOFIA_PHONE_HTTP_PORT) to another one or off",
    );
  }, 30_000);

  test("writes its log to a file, and to a new one after logrotate and SIGHUP", async () => {
    const folder = mkdtempSync(join(tmpdir(), "program-"));
    try {
      const path = join(folder, "phone.log");
      const { phone } = await served({ args: ["--log-file", path] });
      await using _ = phone;
      /** What is there in whole lines; nothing while there is no file. */
      const messages = (): { message: string; logger: string }[] => {
        if (!existsSync(path)) return [];
        return readFileSync(path, "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line));
      };
      await using first = await IndependentCaller.call(phone.port);
      await eventually("a call", () => messages().some(({ message }) => /^answered/.test(message)));
      renameSync(path, `${path}.before`);
      process.kill(phone.program.pid, "SIGHUP");
      await first.bye();
      await eventually("the end", () => messages().some(({ message }) => /^ended/.test(message)));
      expect(phone.program.stderr).toBe("");
      expect(await phone.stop()).toEqual({ code: 0, signal: null });
      expect(messages().at(-1)?.logger).toMatch(/^sofia-phone\./);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 30_000);
});
