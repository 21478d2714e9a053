import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Registry } from "prom-client";
import { parse } from "yaml";
import { echo } from "../../src/backend/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { PhoneMetrics } from "../../src/telemetry/mod.ts";
import { lacks } from "../support/needs.ts";

const FILES = new URL("../../deploy/observability/", import.meta.url);
const file = (name: string) => readFileSync(new URL(name, FILES), "utf8");

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: {
    readonly h: number;
    readonly w: number;
    readonly x: number;
    readonly y: number;
  };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly labels: Record<string, string>;
      readonly annotations: Record<string, string>;
    }[];
  }[];
}

const dashboard = JSON.parse(file("grafana-dashboard.json")) as Dashboard;
const rules = (parse(file("alerts.yaml")) as Rules).groups.flatMap(({ rules }) => rules);
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ where: title, expr }))
);
const expressions = [...queries, ...rules.map(({ alert, expr }) => ({ where: alert, expr }))];

let folder = "";
let registry: Registry;
let text = "";
let types: Map<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "observability-"));
  // One that has everything a phone can have.
  const phone = new PhoneHandler({
    voiceBackend: echo(),
    sipPort: 0,
    freeswitch: { password: "secret" },
    recording: { folder },
    callRecords: { path: join(folder, "records.jsonl") },
    sessions: { folder: join(folder, "sessions") },
    trunks: [{ name: "provider", server: "192.0.2.1" }],
  });
  const metrics = new PhoneMetrics(phone);
  registry = metrics.registry;
  text = await metrics.text();
  types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]),
  );
  metrics.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The names of figures in an expression, without what a histogram adds to them. */
function namesIn(expr: string): string[] {
  const names = expr.match(/\b(sofia_phone|process)_[a-z0-9_]+/g) ?? [];
  return names.map((name) => {
    const base = name.replace(/_(bucket|sum|count)$/, "");
    return types.get(base) === "histogram" ? base : name;
  });
}

/** What an expression says of labels: in braces, in `by (...)`. */
function labelsIn(expr: string): string[] {
  const braces = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside]) =>
    [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label)
  );
  const grouped = [...expr.matchAll(/\b(?:by|on|ignoring)\s*\(([^)]*)\)/g)]
    .flatMap(([, inside]) => inside.split(",").map((label) => label.trim()));
  return [...braces, ...grouped];
}

describe("the dashboard and the alerts", () => {
  test("name no figure that a phone does not have", () => {
    expect(expressions.length).toBeGreaterThan(100);
    for (const { where, expr } of expressions) {
      const names = namesIn(expr);
      if (expr !== 'up{job="sofia-phone"} == 0') {
        expect([where, names.length > 0]).toEqual([where, true]);
      }
      for (const name of names) expect([where, name, types.has(name)]).toEqual([where, name, true]);
    }
  });

  test("name no label that their figures do not have", () => {
    for (const { where, expr } of expressions) {
      const known = new Set(["instance", "job", "le"]);
      for (const name of namesIn(expr)) {
        const metric = registry.getSingleMetric(name) as unknown as { labelNames?: string[] };
        for (const label of metric.labelNames ?? []) known.add(label);
      }
      for (const label of labelsIn(expr)) {
        expect([where, label, known.has(label)]).toEqual([where, label, true]);
      }
    }
  });

  test("show every figure that a phone has", () => {
    const shown = new Set(queries.flatMap(({ expr }) => namesIn(expr)));
    const missing = [...types.keys()].filter((name) => !shown.has(name));
    expect(missing).toEqual([]);
  });

  test("ask for rates of counts, and for values of gauges", () => {
    for (const { where, expr } of expressions) {
      for (const name of namesIn(expr)) {
        const isRated = new RegExp(`(rate|increase)\\(${name}(_bucket|_sum|_count)?\\{?`).test(
          expr,
        );
        expect([where, name, isRated]).toEqual([where, name, types.get(name) !== "gauge"]);
      }
    }
  });

  test("are panels that lie beside each other, each with a name of its own", () => {
    const taken = new Set<string>();
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { title, type, gridPos: { x, y, w, h }, targets, datasource } of panels) {
      expect([title, x >= 0 && w > 0 && h > 0 && x + w <= 24]).toEqual([title, true]);
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          expect([title, taken.has(`${column} ${line}`)]).toEqual([title, false]);
          taken.add(`${column} ${line}`);
        }
      }
      if (type === "row") continue;
      expect(["timeseries", "stat", "heatmap", "table"]).toContain(type);
      expect(datasource).toEqual({ type: "prometheus", uid: "${datasource}" });
      const ids = targets!.map(({ refId }) => refId);
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(["datasource", "instance"]);
  });

  test("have somebody to tell, and something to tell them, in each alert", () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect([alert, ["page", "ticket"].includes(labels.severity)]).toEqual([alert, true]);
      expect(annotations.summary.length).toBeGreaterThan(10);
      expect(annotations.description.length).toBeGreaterThan(20);
    }
  });
});

/** Runs promtool; its words, if it is not content. */
function promtool(args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync("promtool", args, {
    cwd: new URL(FILES).pathname,
    input,
    encoding: "utf8",
  });
  return status === 0 ? "" : `${stdout}${stderr}`;
}

describe.skipIf(lacks("promtool"))("promtool", () => {
  test("finds nothing wrong with the rules, the configuration, and what the alerts do", () => {
    expect(promtool(["check", "rules", "alerts.yaml"])).toBe("");
    expect(promtool(["check", "config", "prometheus.yaml"])).toBe("");
    expect(promtool(["test", "rules", "alerts_test.yaml"])).toBe("");
  });

  test("finds nothing wrong with the names and texts of the figures", () => {
    expect(promtool(["check", "metrics"], text)).toBe("");
  });

  test("can read every query of the dashboard", () => {
    const path = join(folder, "queries.yaml");
    const records = queries.map(({ expr }, index) => ({
      record: `query:${index}`,
      expr: expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", "a"),
    }));
    // YAML has JSON in it.
    writeFileSync(path, JSON.stringify({ groups: [{ name: "queries", rules: records }] }));
    expect(promtool(["check", "rules", path])).toBe("");
  });
});
