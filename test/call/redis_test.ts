import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { inspect } from "node:util";
import { afterAll, describe, expect, test } from "bun:test";
import { RedisStore, type RedisStoreOptions } from "../../src/call/redis.ts";
import { digest } from "../../src/call/sessions/digest.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import { freePort } from "../support/free_ports.ts";
import { lacks } from "../support/needs.ts";
import { RUNTIME } from "../support/phone_process.ts";
import { Program } from "../support/program.ts";
import { RedisServer } from "../support/redis_server.ts";
import { ROOT } from "../support/source_files.ts";
import { wait } from "../support/wait.ts";
import { call } from "./sessions/some_call.ts";
import { all, describeStore } from "./sessions/store_conformance.ts";

const isMissing = lacks("redis-server", "openssl");
const UNREACHABLE = /^Cannot reach the store of calls in Redis: /;

async function message(promise: Promise<unknown>): Promise<string> {
  return await promise.then(() => "no error", (error) => (error as Error).message);
}

/** Asks until there is an answer. */
async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 500; left > 0; left--) {
    try {
      return await ask();
    } catch {
      await wait(20);
    }
  }
  return await ask();
}

describe("RedisStore", () => {
  test.each([
    ["http://10.0.0.1:6379", "http:"],
    ["redis//phone:hunter2@10.0.0.1", "something else"],
    ["redis://phone:hunter2@10.0.0.1:99999", "redis:"],
    ["redis://phone:hunter2@10.0.0.1/zero", "redis:"],
    ["", "something else"],
  ])("refuses the address %j and says nothing of it but %s", (url, scheme) => {
    let error: unknown;
    try {
      new RedisStore(url);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(new RegExp(`current value begins with ${scheme}$`));
    expect(inspect(error, { depth: 9 })).not.toContain("hunter2");
  });

  test.each([[{ keepMs: 0 }], [{ timeoutMs: NaN }], [{ keepMs: 1.5 }]])("refuses %j", (options) => {
    expect(() => new RedisStore("redis://127.0.0.1", options)).toThrow(RangeError);
  });

  test("fails at once where nobody listens, and then without asking for a while", async () => {
    await using store = new RedisStore("redis://127.0.0.1:1");
    expect(await message(store.get("7f3a"))).toMatch(UNREACHABLE);
    expect(await message(store.claim(call()))).toMatch(/it failed just now$/);
    expect(await message(store.put(call()))).toMatch(UNREACHABLE);
    expect(await message(store.delete("7f3a"))).toMatch(UNREACHABLE);
    expect(await message(all(store))).toMatch(UNREACHABLE);
  });
});

describe.skipIf(isMissing)("RedisStore with a real Redis", () => {
  let shared: RedisServer | undefined;
  afterAll(async () => await shared?.[Symbol.asyncDispose]());

  let places = 0;
  describeStore("RedisStore", async () => {
    shared ??= await RedisServer.start();
    const server = shared;
    // A database of its own for each test, of the sixteen there are.
    const database = places++ % 16;
    await server.send(["SELECT", String(database)], ["FLUSHDB"]);
    const where = `${server.url}/${database}`;
    const [aside, stores]: [string[], RedisStore[]] = [[], []];
    return {
      where,
      aside,
      open: () => {
        const store = new RedisStore(where, { onAside: (key) => void aside.push(key) });
        stores.push(store);
        return store;
      },
      spoil: async (id, text) => {
        const key = `sofia-phone:call:${digest(id)}`;
        await server.send(["SELECT", String(database)], ["HSET", key, "call", text]);
      },
      [Symbol.asyncDispose]: async () => {
        for (const store of stores) await store.close();
      },
    };
  });

  async function scene(options: RedisStoreOptions = {}, flags: string[] = []) {
    const server = await RedisServer.start(flags);
    const store = new RedisStore(server.url, options);
    const end = async () => {
      await store.close();
      await server[Symbol.asyncDispose]();
    };
    return { server, store, [Symbol.asyncDispose]: end };
  }

  test("keeps calls under its prefix for a time, and sees no others", async () => {
    await using there = await scene({ prefix: "a*b:", keepMs: 50_000 });
    const { server, store } = there;
    await using other = new RedisStore(server.url, { prefix: "axb:" });
    await store.claim(call());
    await other.claim(call({ id: "other" }));
    await server.send(["SET", "a*b:call:none of ours", "x"]);
    expect((await all(other)).map(({ id }) => id)).toEqual(["other"]);
    const key = `a*b:call:${digest("7f3a")}`;
    const left = Number((await server.send(["PTTL", key])).slice(1));
    expect(left).toBeGreaterThan(40_000);
    expect(left).toBeLessThan(50_001);
    await server.send(["PEXPIRE", key, "1000"]);
    await store.put(call({ updatedAt: 3 }));
    expect(Number((await server.send(["PTTL", key])).slice(1))).toBeGreaterThan(40_000);
    // What is no call is in nobody's way.
    await server.send(["DEL", "a*b:call:none of ours"]);
    expect((await all(store)).map(({ id }) => id)).toEqual(["7f3a"]);
  });

  test("asks less and less often while Redis is gone, and anew once it has answered", async () => {
    const clock = new VirtualClock();
    await using there = await scene({ clock });
    const { server, store } = there;
    const isAsked = async () => !(await message(store.get("7f3a"))).endsWith("it failed just now");
    /** Fails, and then is not asked until `waitMs` are over. */
    const failsFor = async (waitMs: number) => {
      const asked = [await isAsked()];
      await clock.advance(waitMs - 1);
      asked.push(await isAsked());
      await clock.advance(1);
      expect([waitMs, ...asked]).toEqual([waitMs, true, false]);
    };
    await store.get("7f3a");
    for (let round = 0; round < 2; round++) {
      await server.kill();
      for (const waitMs of [250, 500, 1000, 2000, 4000, 5000, 5000]) await failsFor(waitMs);
      await server.restart();
      expect(await store.get("7f3a")).toBe(undefined);
    }
  });

  test("goes on after Redis was killed and is there again, without what it had", async () => {
    await using there = await scene();
    const { server, store } = there;
    expect(await store.claim(call())).toBe(true);
    await server.kill();
    expect(await message(store.put(call()))).toMatch(UNREACHABLE);
    await server.restart();
    // It is tried again a quarter of a second after it failed.
    expect(await insist(() => store.put(call()))).toBe(false);
    expect(await store.claim(call())).toBe(true);
    expect(await store.get("7f3a")).toEqual(call());
  });

  test("waits for no answer longer than it was told, and goes on when Redis does", async () => {
    await using there = await scene({ timeoutMs: 100 });
    const { server, store } = there;
    // On a machine with much to do 100 ms are little.
    await using patient = new RedisStore(server.url, { timeoutMs: 20_000 });
    expect(await patient.claim(call())).toBe(true);
    await insist(() => store.get("7f3a"));
    server.hang();
    const answers = await Promise.all([
      ...[message(store.get("7f3a")), message(store.put(call())), message(all(store))],
    ]);
    for (const answer of answers) expect(answer).toMatch(/There was no answer within 100 ms$/);
    // A connection is taken by the kernel and answered by nobody.
    expect(await message(store.get("7f3a"))).toMatch(/it failed just now$/);
    server.hang(false);
    expect(await insist(() => store.get("7f3a"))).toEqual(call());
  });

  test("logs in by its address, and names no password when it may not", async () => {
    await using there = await scene({}, ["--requirepass", "hunter2/@"]);
    const { server, store } = there;
    expect(await message(store.get("7f3a"))).toMatch(/NOAUTH/);
    const address = (password: string) => server.url.replace("//", `//:${password}@`);
    await using wrong = new RedisStore(address("hunter3"));
    const error = await wrong.get("7f3a").catch((error) => error);
    expect(error.message).toMatch(/WRONGPASS/);
    expect(inspect([error, wrong], { depth: 9, showHidden: true })).not.toMatch(/hunter/);
    await using right = new RedisStore(address("hunter2%2F%40"));
    expect(await right.claim(call())).toBe(true);
    await using told = new RedisStore(server.url, { password: "hunter2/@" });
    expect(await told.get("7f3a")).toEqual(call());
    await using named = new RedisStore(server.url.replace("//", "//default@"), {
      password: "hunter2/@",
    });
    expect(await named.get("7f3a")).toEqual(call());
    // The one in the address counts.
    await using twice = new RedisStore(address("hunter2%2F%40"), { password: "hunter3" });
    expect(await twice.get("7f3a")).toEqual(call());
    const path = `unix://:hunter2%2F%40@${server.socket}`;
    await using beside = new RedisStore(path);
    expect(await beside.get("7f3a")).toEqual(call());
  });

  test(
    "speaks TLS to who has a certificate that somebody vouches for, and to nobody else",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "sofia-phone-redis-tls-"));
      const [ca, caKey, key, request, cert] = ["ca.pem", "ca.key", "key.pem", "req.pem", "cert.pem"]
        .map((name) => join(folder, name));
      const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
      const steps = [
        ["req", "-x509", ...kind, "-subj", "/CN=a test", "-keyout", caKey, "-out", ca],
        ["req", ...kind, "-subj", "/CN=localhost", "-keyout", key, "-out", request],
        [
          "x509",
          "-req",
          "-in",
          request,
          "-CA",
          ca,
          "-CAkey",
          caKey,
          "-CAcreateserial",
          "-out",
          cert,
        ],
      ];
      await writeFile(join(folder, "names"), "subjectAltName=DNS:localhost\n");
      steps[2].push("-extfile", join(folder, "names"));
      for (const step of steps) {
        await using openssl = new Program("openssl", step);
        expect([step[0], await openssl.ended]).toEqual([step[0], { code: 0, signal: null }]);
      }
      const port = await freePort();
      const files = ["--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", ca];
      await using there = await scene({}, [
        ...["--tls-port", String(port), "--tls-auth-clients", "no", ...files],
      ]);
      await there.store.claim(call());
      const url = `rediss://localhost:${port}`;
      await using store = new RedisStore(url);
      expect(await message(store.get("7f3a"))).toMatch(/certificate|issuer/i);
      // Who is vouched for is said to the runtimes when they start.
      const code = `import { RedisStore } from ${JSON.stringify(`${ROOT}src/call/redis.ts`)};
      await using store = new RedisStore(${JSON.stringify(url)});
      process.stdout.write((await store.get("7f3a")).owner);`;
      await writeFile(join(folder, "ask.ts"), `import process from "node:process";\n${code}`);
      const run = RUNTIME === "deno" ? ["run", "-A", "--no-check"] : ["run"];
      const config = RUNTIME === "deno" ? ["--config", `${ROOT}deno.json`] : [];
      await using asking = new Program(process.execPath, [
        ...run,
        ...config,
        join(folder, "ask.ts"),
      ], {
        env: { NODE_EXTRA_CA_CERTS: ca, DENO_CERT: ca },
      });
      expect([await asking.ended, asking.stdout, asking.stderr]).toEqual([
        ...[{ code: 0, signal: null }, "a", ""],
      ]);
      await rm(folder, { recursive: true, force: true });
    },
    20_000,
  );

  test("may be a user who can do no more than it needs", async () => {
    await using there = await scene();
    const { server } = there;
    const may = ["~bot:*", "+hmget", "+hget", "+hset", "+pexpire", "+rename", "+del", "+scan"];
    await server.send(["ACL", "SETUSER", "bot", "on", ">secret", ...may, "+eval"]);
    await using store = new RedisStore(server.url.replace("//", "//bot:secret@"), {
      prefix: "bot:",
    });
    expect(await store.claim(call())).toBe(true);
    expect(await store.put(call({ updatedAt: 7 }))).toBe(true);
    expect(await all(store)).toEqual([call({ updatedAt: 7 })]);
    await server.send(["HSET", `bot:call:${digest("7f3a")}`, "call", "rubbish"]);
    expect(await store.get("7f3a")).toBe(undefined);
    await store.delete("7f3a");
  });

  test("takes a refusal for an answer, and a server that only reads for none", async () => {
    await using there = await scene({}, ["--maxmemory", "1"]);
    const { server, store } = there;
    expect(await message(store.claim(call()))).toMatch(/OOM/);
    // It is asked again at once.
    expect(await message(store.claim(call()))).toMatch(/OOM/);
    await server.send(["CONFIG", "SET", "maxmemory", "0"], ["REPLICAOF", "127.0.0.1", "1"]);
    expect(await message(store.claim(call()))).toMatch(/READONLY/);
    expect(await message(store.claim(call()))).toMatch(/it failed just now$/);
  });

  test("is closed once and for all", async () => {
    await using there = await scene();
    const { store } = there;
    await store.claim(call());
    await store.close();
    await store.close();
    expect(await message(store.get("7f3a"))).toMatch(/it was closed$/);
  });
});
