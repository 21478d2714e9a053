/** What a phone does, as figures for Prometheus. */

import process from "node:process";
import { Registry } from "prom-client";
import type { Call } from "../call/mod.ts";
import type { PhoneHandler } from "../phone/mod.ts";
import { backendFigures } from "./metrics/backend_figures.ts";
import { callFigures } from "./metrics/call_figures.ts";
import { Figures } from "./metrics/figures.ts";
import { keepingFigures } from "./metrics/keeping_figures.ts";
import { LiveCalls } from "./metrics/live_calls.ts";
import { networkFigures } from "./metrics/network_figures.ts";
import { processFigures } from "./metrics/process_figures.ts";
import { soundFigures } from "./metrics/sound_figures.ts";
import { turnFigures } from "./metrics/turn_figures.ts";

/** How {@link PhoneMetrics} are made. */
export interface PhoneMetricsOptions {
  /** Where the figures are added. @default a registry of its own */
  readonly registry?: Registry;
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
  readonly registry: Registry;
  readonly #calls: LiveCalls;
  readonly #stops: readonly (() => void)[];

  /** Follows `phone` from now on. What it has counted before is in most of the figures, too. */
  constructor(phone: PhoneHandler, options: PhoneMetricsOptions = {}) {
    const { registry = new Registry(), version = "unknown" } = options;
    this.registry = registry;
    const figures = new Figures(registry);
    const onOver: (call: Call) => void = soundFigures(figures, () => this.#calls);
    this.#calls = new LiveCalls(phone, onOver);
    networkFigures(figures, phone);
    figures.gauge({
      name: "build_info",
      help: "Always 1; what runs here.",
      labels: ["version", "runtime", "runtime_version"],
    }, (put) => put(1, { version, ...runtime() }));
    this.#stops = [
      ...callFigures(figures, phone, this.#calls),
      ...turnFigures(figures, phone),
      ...backendFigures(figures, phone),
      ...keepingFigures(figures, phone),
      ...processFigures(figures, phone),
    ];
  }

  /** The type of {@link text}, for its `Content-Type`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** All figures as they are now, in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** Follows the phone no longer. What was counted stays, and the registry can still be asked. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#calls.stop();
  }
}

function runtime(): { readonly runtime: string; readonly runtime_version: string } {
  const { bun, deno } = process.versions as Readonly<Record<string, string | undefined>>;
  if (bun !== undefined) return { runtime: "bun", runtime_version: bun };
  if (deno !== undefined) return { runtime: "deno", runtime_version: deno };
  return { runtime: "node", runtime_version: process.versions.node };
}
