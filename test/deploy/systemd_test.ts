import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "bun:test";
import { Program } from "../support/program.ts";
import { ROOT } from "../support/source_files.ts";
import { lacks } from "../support/needs.ts";
import { configurationOf, environmentOf, text, unitLines } from "./deploy_files.ts";

const UNITS = ["sofia-phone.service", "sofia-phone@.service"] as const;
const FOLDER = "deploy/systemd";

/** All that a unit tells the program, with the files that it names. */
function environment(unit: string, instance = ""): Record<string, string> {
  return unitLines(text(`${FOLDER}/${unit}`)).reduce((all, [name, value]) => {
    const told = value.replaceAll("%i", instance).replaceAll("%d", "/run/credentials/x");
    if (name === "Environment") return { ...all, ...environmentOf(told) };
    if (name !== "EnvironmentFile") return all;
    return { ...all, ...environmentOf(text(told.replace("/etc/sofia-phone", FOLDER))) };
  }, {});
}

function one(unit: string, name: string): string {
  const [first, ...more] = unitLines(text(`${FOLDER}/${unit}`)).filter(([is]) => is === name);
  expect([unit, name, more]).toEqual([unit, name, []]);
  return first?.[1] ?? "";
}

describe("the units of systemd", () => {
  test.each([
    ["sofia-phone.service", ""],
    ["sofia-phone@.service", "a"],
    ["sofia-phone@.service", "b"],
  ])("tell the program what it takes: %s %s", (unit, instance) => {
    const configuration = configurationOf(environment(unit, instance));
    // Whoever stops it waits for the drain, and half a minute for the rest.
    const stopMs = Number(one(unit, "TimeoutStopSec")) * 1000;
    expect(stopMs).toBeGreaterThan(configuration.drainMs + 15_000);
    expect(configuration.drainMs).toBe(instance === "" ? 600_000 : 0);
    expect(configuration.rtpEndPort - configuration.rtpStartPort).toBeGreaterThan(
      2 * configuration.maxCalls,
    );
    // What it writes is where it may write.
    const state = `/var/lib/${one(unit, "StateDirectory")}/`;
    const { sessions, callRecords, recordings } = configuration;
    for (const path of [sessions, callRecords, recordings]) {
      expect(path?.startsWith(state)).toBe(true);
    }
    expect(Number(one(unit, "LimitNOFILE"))).toBeGreaterThan(10 * configuration.maxCalls);
  });

  test("have two that take calls at one port, after one another", () => {
    const [a, b] = ["a", "b"].map((name) =>
      configurationOf(environment("sofia-phone@.service", name))
    );
    expect(a.sipPort).toBe(b.sipPort);
    expect(a.sessions).toBe(b.sessions);
    expect(a.httpPort).not.toBe(b.httpPort);
    expect(a.takeOverMs).toBeGreaterThan(60_000);
  });

  test("differ in nothing but what makes several of one", () => {
    const [single, several] = UNITS.map((unit) =>
      unitLines(text(`${FOLDER}/${unit}`)).map((pair) => pair.join("="))
    );
    expect(several.filter((line) => !single.includes(line))).toEqual([
      "Description=sofia-phone %i: answers the phone for a voice AI",
      "EnvironmentFile=/etc/sofia-phone/%i.env",
      "LogsDirectory=sofia-phone/%i",
    ]);
    expect(single.filter((line) => !several.includes(line)).length).toBe(2);
  });

  test("start a file that there is, and reload as the program understands it", async () => {
    for (const unit of UNITS) {
      expect(one(unit, "ExecStart")).toBe("/usr/local/bin/bun run mod.ts");
      expect(await readFile(`${ROOT}mod.ts`, "utf8")).toContain("main(");
      expect(one(unit, "User")).toBe(
        /^u (\S+) /m.exec(text(`${FOLDER}/sofia-phone.sysusers`))![1],
      );
    }
  });

  test.skipIf(lacks("systemd-analyze"))(
    "are sound and shut, as systemd-analyze sees them",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "sofia-phone-units-"));
      try {
        for (const unit of UNITS) {
          // The program need not be where it will be.
          const here = text(`${FOLDER}/${unit}`).replace("/usr/local/bin/bun", process.execPath);
          await writeFile(join(folder, unit.replace("@", "@a")), here);
        }
        for (const unit of ["sofia-phone.service", "sofia-phone@a.service"]) {
          const path = join(folder, unit);
          await using verify = new Program("systemd-analyze", ["verify", "--man=no", path]);
          expect([await verify.ended, verify.stderr]).toEqual([{ code: 0, signal: null }, ""]);
          // Of 10, where 0 is shut: https://www.freedesktop.org/software/systemd/man/systemd-analyze.html
          const flags = ["security", "--offline=yes", "--threshold=20", "--no-pager", path];
          await using security = new Program("systemd-analyze", flags);
          expect(await security.ended).toEqual({ code: 0, signal: null });
        }
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    30_000,
  );
});

describe("hand-over.sh", () => {
  /** Runs it with a systemd and a phone that are scripts, and tells what it did. */
  async function handOver(running: string, { starts = true, isReady = true } = {}) {
    const folder = await mkdtemp(join(tmpdir(), "sofia-phone-hand-over-"));
    const script = async (name: string, body: string) => {
      await writeFile(
        join(folder, name),
        `#!/bin/sh\necho "${name} $*" >>${folder}/log\n${body}\n`,
      );
      await chmod(join(folder, name), 0o755);
    };
    const state = `${folder}/up`;
    await writeFile(state, running);
    await script(
      "systemctl",
      `case $1 in
         is-active) grep -q " \${3#sofia-phone@} " ${state};;
         start) ${starts ? `echo " \${2#sofia-phone@} " >>${state}` : ":"};;
       esac`,
    );
    await script("curl", isReady ? "exit 0" : "exit 7");
    await script("sleep", ":");
    try {
      await using program = new Program("bash", [`${ROOT}${FOLDER}/hand-over.sh`], {
        env: {
          PATH: `${folder}:${process.env.PATH}`,
          HAND_OVER_ETC: ROOT + FOLDER,
          ...{ HAND_OVER_LOADING: "0", HAND_OVER_PATIENCE: "1" },
        },
      });
      const { code } = await program.ended;
      const log = (await readFile(join(folder, "log"), "utf8")).split("\n")
        .filter((line) => /^systemctl (start|stop|enable|disable)|^curl/.test(line))
        .map((line) => line.replace(/curl .* (\S+)$/, "curl $1"));
      return { code, said: program.stdout + program.stderr, log };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  test.each([["a", "b", "8081"], ["b", "a", "8080"]])(
    "starts the other before it ends the one that runs: %s",
    async (old, next, port) => {
      const { code, said, log } = await handOver(` ${old} `);
      expect([code, said]).toEqual([0, `sofia-phone@${next} has the calls\n`]);
      expect(log).toEqual([
        `systemctl start sofia-phone@${next}`,
        `systemctl stop sofia-phone@${old}`,
        `curl http://127.0.0.1:${port}/ready`,
        `systemctl enable --quiet sofia-phone@${next}`,
        `systemctl disable --quiet sofia-phone@${old}`,
      ]);
    },
  );

  test("starts the first where none runs", async () => {
    const { code, log } = await handOver("");
    expect(code).toBe(0);
    expect(log.slice(0, 2)).toEqual([
      "systemctl start sofia-phone@a",
      "curl http://127.0.0.1:8080/ready",
    ]);
  });

  test("leaves the one that runs alone if the other does not start", async () => {
    const { code, said, log } = await handOver(" a ", { starts: false });
    expect(code).toBe(1);
    expect(said).toContain("sofia-phone@a goes on");
    expect(log).toEqual(["systemctl start sofia-phone@b"]);
  });

  test("says so if the new one takes no calls, and if there are two", async () => {
    const late = await handOver(" a ", { isReady: false });
    expect([late.code, late.said]).toEqual([
      1,
      "hand-over.sh: sofia-phone@b is not ready after 1 s\n",
    ]);
    const both = await handOver(" a  b ");
    expect([both.code, both.log]).toEqual([1, []]);
  }, 20_000);

  test.skipIf(lacks("shellcheck"))(
    "is a script that shellcheck has nothing to say about",
    async () => {
      const scripts = [`${FOLDER}/hand-over.sh`, "deploy/docker/freeswitch.sh"].map((path) =>
        ROOT + path
      );
      await using check = new Program("shellcheck", scripts);
      expect([await check.ended, check.stdout]).toEqual([{ code: 0, signal: null }, ""]);
    },
  );
});
