/** What a phone does, as figures for Prometheus. */

import process from "node:process";
import { Registry } from "prom-client";
import type { Call } from "../call/mod.ts";
import { sleep, SystemClock } from "../clock/mod.ts";
import type { PhoneHandler } from "../phone/mod.ts";
import type { MetricsRegistry } from "./library_types.ts";
import { backendFigures } from "./metrics/backend_figures.ts";
import { callFigures } from "./metrics/call_figures.ts";
import { Figures } from "./metrics/figures.ts";
import { keepingFigures } from "./metrics/keeping_figures.ts";
import { LiveCalls } from "./metrics/live_calls.ts";
import { networkFigures } from "./metrics/network_figures.ts";
import { processFigures } from "./metrics/process_figures.ts";
import { soundFigures } from "./metrics/sound_figures.ts";
import { turnFigures } from "./metrics/turn_figures.ts";

/** How many figures are read in one go, of those that need not be of one moment: a third of a ms. */
const PIECE = 12;

/** A pause between two pieces that takes so long shows that the process is busy, in ms. */
const BUSY_MS = 20;

/** How {@link PhoneMetrics} are made. */
export interface PhoneMetricsOptions {
  /** Where the figures are added. @default a registry of its own */
  readonly registry?: MetricsRegistry;
  /** What `sofia_phone_build_info` says of the program. @default "unknown" */
  readonly version?: string;
}

/**
 * The figures of one phone, in the text format of Prometheus.
 *
 * Most are counted by the phone anyway and read when they are asked for; the others follow events, a few a
 * second in a busy call. Nothing is done for a packet. There are no labels by call, and none whose values
 * a caller can choose.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { echo, PhoneHandler } from "@sofia/phone";
 * import { PhoneMetrics } from "@sofia/phone/telemetry";
 *
 * const phone = new PhoneHandler({ voiceBackend: echo(), sipPort: 0 });
 * const metrics = new PhoneMetrics(phone);
 * assert.match(await metrics.text(), /^sofia_phone_calls_offered_total\{direction="in",door="sip"\} 0$/m);
 * metrics.stop();
 * ```
 */
export class PhoneMetrics {
  /** All figures. Others may be added, such as those of requests by HTTP. */
  readonly registry: MetricsRegistry;
  readonly #calls: LiveCalls;
  readonly #clock = new SystemClock();
  /** The names of figures that are read in one go. */
  readonly #groups: readonly (readonly string[])[];
  readonly #stops: readonly (() => void)[];

  /** Follows `phone` from now on. What it has counted before is in most of the figures, too. */
  constructor(phone: PhoneHandler, options: PhoneMetricsOptions = {}) {
    const { registry = new Registry(), version = "unknown" } = options;
    this.registry = registry;
    const figures = new Figures(registry);
    const before = namesOf(registry);
    const onOver: (call: Call) => void = soundFigures(figures, () => this.#calls);
    this.#calls = new LiveCalls(phone, onOver);
    const sound = namesOf(registry, before);
    const stops = callFigures(figures, phone, this.#calls);
    const calls = namesOf(registry, [...before, ...sound]);
    networkFigures(figures, phone);
    figures.gauge({
      name: "build_info",
      help: "Always 1; what runs here.",
      labels: ["version", "runtime", "runtime_version"],
    }, (put) => put(1, { version, ...runtime() }));
    this.#stops = [
      ...stops,
      ...turnFigures(figures, phone),
      ...backendFigures(figures, phone),
      ...keepingFigures(figures, phone),
      ...processFigures(figures, phone),
    ];
    // What has to add up is read in the same moment.
    this.#groups = [calls, sound];
  }

  /** The type of {@link text}, for its `Content-Type`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /**
   * All figures as they are now, in Prometheus' text format.
   *
   * It is made piece by piece, so that no packet has to wait for all of it; those of calls are of one
   * moment, as those of their sound are. The registry's own `metrics()` does it at a stroke.
   */
  async text(): Promise<string> {
    const pieces: string[] = [];
    const own = this.#groups.flat();
    const others = namesOf(this.registry, own);
    const groups = [...this.#groups];
    while (others.length > 0) groups.push(others.splice(0, PIECE));
    let isBusy = false;
    for (const [index, names] of groups.entries()) {
      const before = this.#clock.now();
      if (index > 0 && !isBusy) await sleep(this.#clock, 0);
      // What is late by that much for one piece would be so for each, and by seconds for all.
      isBusy ||= this.#clock.now() - before > BUSY_MS;
      const known = names.filter((name) => this.registry.getSingleMetric(name) !== undefined);
      const texts = known.map((name) => this.registry.getSingleMetricAsString(name));
      pieces.push(...await Promise.all(texts));
    }
    return `${pieces.join("\n\n")}\n`;
  }

  /** Follows the phone no longer. What was counted stays, and the registry can still be asked. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#calls.stop();
  }
}

/** The names of the figures of a registry, without those. */
function namesOf(registry: Registry, without: readonly string[] = []): string[] {
  const old = new Set(without);
  return registry.getMetricsAsArray().map(({ name }) => name).filter((name) => !old.has(name));
}

function runtime(): { readonly runtime: string; readonly runtime_version: string } {
  const { bun, deno } = process.versions as Readonly<Record<string, string | undefined>>;
  if (bun !== undefined) return { runtime: "bun", runtime_version: bun };
  if (deno !== undefined) return { runtime: "deno", runtime_version: deno };
  return { runtime: "node", runtime_version: process.versions.node };
}
