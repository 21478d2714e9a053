import { afterEach, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "../../src/backend/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { PhoneMetrics } from "../../src/telemetry/mod.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { freePort } from "../support/free_ports.ts";
import { lacks } from "../support/needs.ts";
import { Program } from "../support/program.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { speech } from "../support/speech.ts";
import { wait } from "../support/wait.ts";

const FILES = new URL("../../deploy/observability/", import.meta.url);

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Answer {
  readonly status: string;
  readonly data: {
    readonly result: readonly { readonly value: readonly [number, string] }[];
    readonly groups: readonly {
      readonly rules: readonly { readonly name: string; readonly health: string }[];
    }[];
  };
}

/** A phone whose figures are served. */
async function servedPhone() {
  const phone = new PhoneHandler({
    voiceBackend: mock(),
    sipPort: 0,
    ...SOUND_PORTS,
    admission: false,
  });
  const metrics = new PhoneMetrics(phone);
  const server = createServer(async (_request, response) => {
    response.setHeader("Content-Type", metrics.contentType).end(await metrics.text());
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  cleanUps.push(() => server.closeAllConnections());
  const { port } = await phone.start();
  cleanUps.push(() => phone.stop());
  return { phone, port, httpPort: (server.address() as AddressInfo).port };
}

/** A Prometheus that reads what is at `httpPort`, as our own example says, and more often. */
async function prometheusOf(httpPort: number): Promise<(path: string) => Promise<Answer>> {
  const folder = mkdtempSync(join(tmpdir(), "prometheus-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const example = readFileSync(new URL("prometheus.yaml", FILES), "utf8");
  writeFileSync(
    join(folder, "prometheus.yaml"),
    example.replaceAll(/(_interval): 15s/g, "$1: 1s").replace(
      "127.0.0.1:8080",
      `127.0.0.1:${httpPort}`,
    ),
  );
  copyFileSync(new URL("alerts.yaml", FILES), join(folder, "alerts.yaml"));
  const port = await freePort();
  const program = new Program("prometheus", [
    `--config.file=${join(folder, "prometheus.yaml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  cleanUps.push(() => program[Symbol.asyncDispose]());
  await program.says(/ready to receive web requests/i, 20_000);
  return async (path) => await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json();
}

describe.skipIf(lacks("prometheus"))("Prometheus", () => {
  test(
    "reads a phone with calls, and can answer all that the dashboard and the alerts ask",
    async () => {
      const { phone, port, httpPort } = await servedPhone();
      const ask = await prometheusOf(httpPort);
      const query = async (expr: string) => await ask(`query?query=${encodeURIComponent(expr)}`);
      const value = async (expr: string) => Number((await query(expr)).data.result[0]?.value[1]);
      /** Asks until it is so: figures are read once a second. */
      const becomes = async (expr: string, wanted: number) => {
        for (let left = 100; left > 0 && await value(expr) !== wanted; left--) {
          await wait(100);
        }
        expect([expr, await value(expr)]).toEqual([expr, wanted]);
      };
      await becomes('up{job="sofia-phone"}', 1);
      const callers = await Promise.all([1, 2, 3].map(() => IndependentCaller.call(port)));
      const talking = Promise.all(callers.map((caller) => caller.voice.say(speech(3, 2))));
      await becomes('sum(sofia_phone_calls{state="live"})', 3);
      await talking;
      for (const caller of callers) await caller[Symbol.asyncDispose]();
      await becomes('sum(sofia_phone_calls{state="live"})', 0);
      await becomes('sum(sofia_phone_calls_total{outcome="answered"})', phone.counters.answered);
      await becomes("sofia_phone_call_duration_seconds_count", 3);
      expect(await value("sum(rate(sofia_phone_rtp_received_total[1m]))")).toBeGreaterThan(0);
      expect(await value("sofia_phone_tick_lateness_seconds_count")).toBeGreaterThan(100);

      const text = readFileSync(new URL("grafana-dashboard.json", FILES), "utf8");
      const { panels } = JSON.parse(text) as {
        panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
      };
      const filled = panels.flatMap(({ targets = [] }) => targets).map(({ expr }) =>
        expr.replaceAll("$__rate_interval", "30s").replaceAll("$instance", ".*")
      );
      expect(filled.length).toBeGreaterThan(100);
      for (const expr of filled) {
        expect([expr, (await query(expr)).status]).toEqual([expr, "success"]);
      }

      // Each rule has been evaluated, and none could not be.
      for (let left = 100; left > 0; left--) {
        const { data } = await ask("rules");
        const healths = data.groups.flatMap(({ rules }) => rules.map(({ health }) => health));
        expect(healths.length).toBeGreaterThan(20);
        if (!healths.includes("unknown")) {
          expect(new Set(healths)).toEqual(new Set(["ok"]));
          return;
        }
        await wait(100);
      }
      throw new Error("The rules are not evaluated");
    },
    60_000,
  );
});
