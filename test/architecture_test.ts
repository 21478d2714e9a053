import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { VERSION } from "../src/cli/version.ts";
import {
  againstTheArrows,
  ARROWS,
  exportsDefault,
  leftBehind,
  loadedUnasked,
  loadsUnseen,
  outOfItsHome,
  pastTheFrontDoor,
  type SourceFile,
  tooLong,
} from "./support/architecture.ts";
import { jsonOf, ROOT, sourcesBelow, textOf } from "./support/source_files.ts";

interface DenoConfig {
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
}

interface Package {
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const deno = jsonOf("deno.json") as DenoConfig;
const npm = jsonOf("package.json") as Package;
const src = sourcesBelow("src");
const everything = [
  { path: "mod.ts", text: textOf("mod.ts") },
  ...src,
  ...["test", "bench", "examples"].filter((name) => existsSync(ROOT + name)).flatMap(sourcesBelow),
];
const exported = Object.values(deno.exports).map((path) => path.replace(/^\.\//, ""));
const folders = readdirSync(`${ROOT}src`);
const HTTP = ["hono", "hono-openapi", "@hono/prometheus", "@hono/standard-validator"];
const TELEMETRY = ["prom-client", "@opentelemetry/api"];
const OPTIONAL = [
  ...["opusscript", "onnxruntime-node", "onnxruntime-web", "modesl", "redis"],
  ...HTTP,
  ...TELEMETRY,
];
/** What an export is there for. */
const ASKED_FOR: Readonly<Record<string, readonly string[]>> = {
  "src/http/mod.ts": [...HTTP, ...TELEMETRY],
  "src/telemetry/mod.ts": TELEMETRY,
  "src/codec/opus.ts": ["opusscript"],
  "src/call/redis.ts": ["redis"],
};

/** A file with one line in it. */
function at(path: string, text: string): SourceFile {
  return { path, text };
}

describe("the sources", () => {
  test("are there to be read", () => {
    expect(src.length).toBeGreaterThan(20);
  });

  test("follow the arrows of the design", () => {
    expect(src.flatMap(againstTheArrows)).toEqual([]);
  });

  test.each([
    ["src/rtp/a.ts", 'import "../codec/mod.ts";'],
    ["src/rtp/a.ts", 'import type { B } from "../jitter/mod.ts";'],
    ["src/sip/a.ts", 'import { b } from "../media/mod.ts";'],
    ["src/media/a.ts", 'const sip = await import("../sip/mod.ts");'],
    ["src/audio/a.ts", 'export * from "../clock/mod.ts";'],
    ["src/audio/a.ts", 'import { delay } from "@std/async";'],
    ["src/call/a.ts", 'import { b } from "../phone/mod.ts";'],
    ["src/call/a.ts", 'import { b } from "../../test/support/pcap.ts";'],
    ["src/phone/a.ts", 'import { b } from "@sofia/phone/media";'],
    ["src/utils/a.ts", ""],
  ])("would be caught at going against them: in %s, %s", (path, text) => {
    expect(againstTheArrows(at(path, text))).toHaveLength(1);
  });

  test.each([
    ["src/jitter/a.ts", 'import { b } from "../rtp/mod.ts"; import { delay } from "@std/async";'],
    ["src/sip/a.ts", 'import { b } from "../udp/mod.ts"; import { c } from "./d.ts";'],
    ["src/cli/a.ts", 'import { b } from "../phone/mod.ts"; import { c } from "../audio/mod.ts";'],
  ])("may go along them: in %s, %s", (path, text) => {
    expect(againstTheArrows(at(path, text))).toEqual([]);
  });

  test("have no arrow that closes a circle", () => {
    const below = (folder: string, seen = new Set<string>()): ReadonlySet<string> => {
      const next = ARROWS[folder].filter((name) => !seen.has(name));
      for (const name of next) below(name, seen.add(name));
      return seen;
    };
    expect(Object.keys(ARROWS)).toEqual(expect.arrayContaining([...folders]));
    for (const folder of folders) {
      expect([folder, below(folder).has(folder)]).toEqual([folder, false]);
    }
  });

  test("enter other folders by what those export", () => {
    expect(src.flatMap((file) => pastTheFrontDoor(file, exported))).toEqual([]);
  });

  test("would be caught at climbing in by a window", () => {
    const window = at("src/media/a.ts", 'import { b } from "../rtp/rtp_packet.ts";');
    const door = at("src/media/a.ts", 'import { b } from "../rtp/mod.ts";');
    expect(pastTheFrontDoor(window, exported)).toHaveLength(1);
    expect(pastTheFrontDoor(door, exported)).toEqual([]);
  });

  test("keep sockets, timers, clocks, chance and packages in their homes", () => {
    expect(src.flatMap(outOfItsHome)).toEqual([]);
  });

  test.each([
    ["src/media/a.ts", 'import { createSocket } from "node:dgram";'],
    ["src/rtp/a.ts", 'import type { Socket } from "net";'],
    ["src/phone/a.ts", "Deno.listenDatagram({ port: 1 });"],
    ["src/rtp/a.ts", "await Bun.udpSocket({});"],
    ["src/pacing/a.ts", "setTimeout(tick, 20);"],
    ["src/pacing/a.ts", "globalThis['x'] = setInterval;"],
    ["src/pacing/a.ts", 'import { setTimeout } from "node:timers/promises";'],
    ["src/backend/a.ts", "AbortSignal.timeout(5);"],
    ["src/jitter/a.ts", "const now = performance.now();"],
    ["src/call/a.ts", "const now = Date.now();"],
    ["src/call/a.ts", "const now = new Date();"],
    ["src/clock/a.ts", "Math.random();"],
    ["src/sip/a.ts", "crypto.randomUUID();"],
    ["src/call/a.ts", 'import { Hono } from "hono/tiny";'],
    ["src/phone/a.ts", 'import { parse } from "sdp-transform";'],
    ["src/media/a.ts", 'await import("npm:opusscript@0.1.1");'],
    ["src/media/a.ts", "createRequire(import.meta.url)(name);"],
  ])("would be caught with one elsewhere: in %s, %s", (path, text) => {
    // A line that imports a timer and says its name is two complaints about one thing.
    expect(outOfItsHome(at(path, text)).length).toBeGreaterThan(0);
  });

  test.each([
    ["src/udp/a.ts", 'import { createSocket } from "node:dgram";'],
    ["src/clock/a.ts", "setTimeout(tick, performance.now());"],
    ["src/call/a.ts", "// Date.now() and setTimeout(x) are for src/clock"],
    ["src/call/a.ts", 'const why = "no setTimeout( here"; new Date(startedAt);'],
    ["src/pacing/a.ts", "clock.setTimer(tick, 20);"],
  ])("may have it at home, in prose and in text: in %s, %s", (path, text) => {
    expect(outOfItsHome(at(path, text))).toEqual([]);
  });

  test("load only what can be read here", () => {
    expect(src.flatMap(loadsUnseen)).toEqual([]);
    expect(loadsUnseen(at("src/call/a.ts", "await import(name);"))).toHaveLength(1);
    expect(loadsUnseen(at("src/cli/a.ts", "await import(name);"))).toEqual([]);
  });

  test("have no default exports", () => {
    expect(src.flatMap(exportsDefault)).toEqual([]);
    expect(exportsDefault(at("src/a/b.ts", "export default class {}"))).toHaveLength(1);
    expect(exportsDefault(at("src/a/b.ts", "export { b as default };"))).toHaveLength(1);
    expect(exportsDefault(at("src/a/b.ts", "// export default 1"))).toEqual([]);
  });

  test("put nothing off and silence no test", () => {
    const files = everything.filter(({ path }) => path !== "test/architecture_test.ts");
    expect(files.flatMap(leftBehind)).toEqual([]);
    expect(leftBehind(at("src/a/b.ts", "// TO" + "DO: later"))).toHaveLength(1);
    expect(leftBehind(at("test/a_test.ts", "test.only('x', run);"))).toHaveLength(1);
    expect(leftBehind(at("test/a_test.ts", "describe . todo('x');"))).toHaveLength(1);
    expect(leftBehind(at("test/a_test.ts", "test.skip('x', run);"))).toHaveLength(1);
    expect(leftBehind(at("test/a_test.ts", "test.skipIf(missing)('x', run);"))).toEqual([]);
    expect(leftBehind(at("src/a/b.ts", "mastodon.only(x)"))).toEqual([]);
  });

  test("are split before 400 lines", () => {
    expect(everything.flatMap(tooLong)).toEqual([]);
    expect(tooLong(at("src/a/b.ts", "\n".repeat(401)))).toHaveLength(1);
    expect(tooLong(at("src/a/b.ts", "\n".repeat(400)))).toEqual([]);
  });

  test.each(exported.map((path) => [path] as const))(
    "load nothing optional with %s, but for what it is there for",
    (entry) => {
      const files = [...src, at("mod.ts", textOf("mod.ts"))];
      const unasked = OPTIONAL.filter((name) => !ASKED_FOR[entry]?.includes(name));
      expect(loadedUnasked(files, entry, unasked)).toEqual([]);
    },
  );

  test("would be caught at loading something optional", () => {
    const files = [
      at("mod.ts", 'export * from "./src/a/mod.ts";'),
      at("src/a/mod.ts", 'import { b } from "./b.ts"; import type { C } from "hono";'),
      at("src/a/b.ts", 'import opus from "opusscript"; await import("./c.ts");'),
      at("src/a/c.ts", 'import "modesl";'),
    ];
    expect(loadedUnasked(files, "mod.ts", OPTIONAL)).toEqual([
      "mod.ts > src/a/mod.ts > src/a/b.ts > opusscript",
    ]);
  });
});

describe("the package", () => {
  test("has one export for each folder of src, and only files that exist", () => {
    for (const folder of folders) {
      expect([folder, deno.exports[`./${folder}`]]).toEqual([folder, `./src/${folder}/mod.ts`]);
    }
    for (const path of exported) expect([path, existsSync(ROOT + path)]).toEqual([path, true]);
  });

  test("has the same exports for Deno and for npm", () => {
    expect(npm.exports).toEqual(deno.exports);
  });

  test("has the same version for Deno and for npm, of itself and of all it uses", () => {
    expect(deno.version).toBe(npm.version);
    const wanted = { ...npm.devDependencies, ...npm.dependencies };
    for (const [name, target] of Object.entries(deno.imports)) {
      if (!target.startsWith("npm:")) continue;
      const [, pkg, version] = /^npm:(@?[^@]+)@([^/]+)/.exec(target) ?? [];
      expect([name, version]).toEqual([name, wanted[pkg]]);
    }
  });

  test("is told by the program as its configuration has it", () => {
    expect(VERSION).toBe(deno.version);
  });

  test("gives Deno every package it runs on", () => {
    const mapped = Object.values(deno.imports).join(" ");
    for (const name of Object.keys(npm.dependencies)) expect(mapped).toContain(`npm:${name}@`);
  });

  test("asks for exact versions", () => {
    for (const version of Object.values({ ...npm.devDependencies, ...npm.dependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  test.each([["bun.lock"], ["deno.lock"]])("locks no address in %s", (path) => {
    expect(textOf(path)).not.toMatch(/https?:\/\//);
  });
});
