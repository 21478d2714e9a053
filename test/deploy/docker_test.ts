import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "bun:test";
import { parse } from "yaml";
import { freePort } from "../support/free_ports.ts";
import { RUNTIME } from "../support/phone_process.ts";
import { Program } from "../support/program.ts";
import { ROOT } from "../support/source_files.ts";
import { configurationOf, text } from "./deploy_files.ts";

const FOLDER = "deploy/docker";
const FILES = { bun: "Dockerfile", deno: "deno.Dockerfile" } as const;

/** The instructions of a Dockerfile, with their continued lines. */
function instructions(name: string): (readonly [word: string, rest: string])[] {
  const lines = text(`${FOLDER}/${name}`).replace(/^#.*\n/gm, "").replace(/\\\n\s*/g, " ");
  return [...lines.matchAll(/^([A-Z]+) (.*)$/gm)].map(([, word, rest]) => [word, rest] as const);
}

/** What it copies from the project, and to where. */
function copied(name: string): { readonly from: string; readonly to: string }[] {
  return instructions(name).filter(([word, rest]) => word === "COPY" && !rest.startsWith("--"))
    .flatMap(([, rest]) => {
      const paths = rest.split(/\s+/);
      const to = paths.pop()!;
      return paths.map((from) => ({ from, to: to.startsWith("./") ? join(to, from) : to }));
    });
}

function run(folder: string, flags: readonly string[]): Program {
  const start = RUNTIME === "deno" ? ["run", "-A", "--no-check"] : ["run"];
  return new Program(process.execPath, [...start, ...flags], { cwd: folder });
}

describe("the images", () => {
  test.each([["Dockerfile"], ["deno.Dockerfile"], ["freeswitch.Dockerfile"]])(
    "%s is made from files that there are, and that the builder is given",
    (name) => {
      const ignored = text(`${FOLDER}/${name}.dockerignore`).split("\n");
      const given = ignored.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
      expect(ignored).toContain("*");
      for (const { from } of copied(name)) {
        expect([from, existsSync(ROOT + from)]).toEqual([from, true]);
        expect([from, given.some((path) => `${from}/`.startsWith(`${path}/`))]).toEqual([
          from,
          true,
        ]);
      }
      // None as root, none of whatever version is the latest.
      const user = instructions(name).findLast(([word]) => word === "USER")?.[1];
      expect(["bun", "deno", "freeswitch"]).toContain(user as string);
      for (const [, image] of instructions(name).filter(([word]) => word === "FROM")) {
        expect(image).toMatch(/^[\w./-]+:(?!latest)[\w.-]+( AS \w+)?$/);
      }
    },
  );

  test("have the runtimes that the tests run on", () => {
    const ci = text(".ci/run");
    const bun = /BUN=([\d.]+)/.exec(ci)![1];
    const deno = /DENO=([\d.]+)/.exec(ci)![1];
    expect(text(`${FOLDER}/Dockerfile`).match(/FROM oven\/bun:[\d.]+/g)).toEqual([
      `FROM oven/bun:${bun}`,
      `FROM oven/bun:${bun}`,
    ]);
    expect(text(`${FOLDER}/deno.Dockerfile`)).toContain(`FROM denoland/deno:${deno}\n`);
  });

  test(
    "have all that the program needs to start, to take calls and to be asked how it is",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "sofia-phone-image-"));
      try {
        for (const { from, to } of copied(FILES[RUNTIME])) {
          await cp(ROOT + from, join(folder, to), { recursive: true });
        }
        // The packages are the project's own, which the lock file names.
        if (RUNTIME === "bun") await symlink(`${ROOT}node_modules`, join(folder, "node_modules"));
        const entry = instructions(FILES[RUNTIME]).find(([word]) => word === "ENTRYPOINT")!;
        expect((JSON.parse(entry[1]) as string[]).at(-1)).toBe("mod.ts");
        const ports = ["--sip-port", "0", "--http-port", String(await freePort())];
        await using program = run(folder, ["mod.ts", ...ports]);
        await program.says(/^ready: dial /m, 30_000);
        expect(await program.stop()).toEqual({ code: 0, signal: null });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});

describe("health.ts", () => {
  async function ask(status: number | undefined) {
    const server = createServer(({ url }, response) => {
      response.writeHead(url === "/health" ? status ?? 200 : 404).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    if (status === undefined) await new Promise((resolve) => server.close(resolve));
    const start = RUNTIME === "deno"
      ? ["run", "--no-prompt", "--allow-env", "--allow-net"]
      : ["run"];
    const env = { SOFIA_PHONE_HTTP_HOST: "0.0.0.0", SOFIA_PHONE_HTTP_PORT: String(port) };
    await using program = new Program(
      process.execPath,
      [...start, `${ROOT}${FOLDER}/health.ts`],
      { env },
    );
    const { code } = await program.ended;
    if (status !== undefined) await new Promise((resolve) => server.close(resolve));
    return { code, said: program.stderr };
  }

  test("says whether the phone of its container is well", async () => {
    expect(await ask(200)).toEqual({ code: 0, said: "" });
    const ill = await ask(503);
    expect([ill.code, ill.said]).toEqual([1, expect.stringMatching(/: it answers 503\n$/)]);
    expect((await ask(undefined)).code).toBe(1);
  }, 30_000);
});

interface Service {
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
  readonly network_mode?: string;
  readonly [name: string]: unknown;
}

describe("compose.yaml", () => {
  const compose = parse(text(`${FOLDER}/compose.yaml`)) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly secrets: Readonly<Record<string, unknown>>;
    readonly volumes: Readonly<Record<string, unknown>>;
  };
  const services = Object.entries(compose.services);

  test("tells the program what it takes, and waits as long as it drains", () => {
    const { environment, stop_grace_period } = compose.services["sofia-phone"];
    for (const value of Object.values(environment!)) expect(typeof value).toBe("string");
    const configuration = configurationOf(environment!);
    expect(configuration.eslPassword).not.toBe(undefined);
    expect(configuration.httpToken).not.toBe(undefined);
    const stopMs = Number(/^(\d+)s$/.exec(stop_grace_period!)![1]) * 1000;
    expect(stopMs).toBeGreaterThan(configuration.drainMs + 15_000);
  });

  test("has FreeSWITCH call the phone where it is", () => {
    const { sipHost, sipPort, eslPort } = configurationOf(
      compose.services["sofia-phone"].environment!,
    );
    const vars = text("freeswitch/sofia_phone_vars.xml");
    const value = (name: string) => new RegExp(`data="${name}=([^"]*)"`).exec(vars)![1];
    expect([sipHost, String(sipPort)]).toEqual([
      value("sofia_phone_host"),
      value("sofia_phone_port"),
    ]);
    expect(String(eslPort)).toBe(value("event_socket_port"));
    for (const [name, { network_mode }] of services) {
      expect([name, network_mode]).toEqual([name, "host"]);
    }
  });

  test("names only secrets, volumes and files that there are, and no secret itself", () => {
    for (const [name, { secrets = [], volumes = [], build, environment = {} }] of services) {
      for (const secret of secrets) expect(Object.keys(compose.secrets)).toContain(secret);
      for (const volume of volumes) {
        expect(Object.keys(compose.volumes)).toContain(volume.split(":")[0]);
      }
      if (build !== undefined) {
        const path = join(ROOT, FOLDER, build.context, build.dockerfile);
        expect([name, existsSync(path)]).toEqual([name, true]);
      }
      for (const [variable, value] of Object.entries(environment)) {
        expect(variable).not.toMatch(/(PASSWORD|TOKEN)$/);
        if (!variable.endsWith("_FILE")) continue;
        expect(secrets).toContain(value.replace("/run/secrets/", ""));
      }
    }
  });
});
