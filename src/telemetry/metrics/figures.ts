/** Figures as Prometheus wants them: most are read when somebody asks, and cost nothing before. */

import { Counter, Gauge, Histogram, type Metric, type Registry } from "prom-client";

/** What stands before the names of a phone's own figures. */
const PREFIX = "sofia_phone_";

/** Gives a value of a figure, with the labels that tell it from the others of that name. */
export type Put = (value: number, labels?: Readonly<Record<string, string>>) => void;

/** What a figure is called. */
export interface FigureOptions {
  /** The name, without what stands before all of them. */
  readonly name: string;
  /** What it means, in a sentence. */
  readonly help: string;
  /** What its values differ by. @default [] */
  readonly labels?: readonly string[];
}

/** Counts that are in order as a histogram has them. */
export interface Distribution {
  /** How many were up to each of the bounds. */
  readonly counts: readonly number[];
  /** How many there were. */
  readonly count: number;
  /** All of them together. */
  readonly sum: number;
}

/**
 * Adds figures to a registry.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Registry } from "prom-client";
 * import { Figures } from "./figures.ts";
 *
 * const registry = new Registry();
 * let calls = 0;
 * new Figures(registry).count({ name: "calls_total", help: "Calls." }, (put) => put(calls));
 * calls = 3;
 * assert.match(await registry.metrics(), /^sofia_phone_calls_total 3$/m);
 * ```
 */
export class Figures {
  readonly #registry: Registry;

  /** Adds to `registry`. */
  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** A count that only goes up, kept elsewhere and read by `read`. */
  count(options: FigureOptions, read: (put: Put) => void): void {
    const counter = new Counter({
      ...this.#config(options),
      collect() {
        counter.reset();
        read((value, labels = {}) => counter.inc(labels, value));
      },
    });
  }

  /** A value that goes up and down, kept elsewhere and read by `read`. */
  gauge(options: FigureOptions, read: (put: Put) => void): void {
    const gauge = new Gauge({
      ...this.#config(options),
      collect() {
        gauge.reset();
        read((value, labels = {}) => gauge.set(labels, value));
      },
    });
  }

  /** A count of what happens, kept here. `series` are the labels that it begins with at 0. */
  tally(
    options: FigureOptions,
    series: readonly Readonly<Record<string, string>>[] = [],
  ): Counter<string> {
    const counter = new Counter(this.#config(options));
    // A rate needs a value before the first thing has happened.
    for (const labels of series) counter.inc(labels, 0);
    return counter;
  }

  /** A histogram of what happens, with the upper bounds of its buckets. */
  histogram(
    options: FigureOptions,
    buckets: readonly number[],
    series: readonly Readonly<Record<string, string>>[] = [],
  ): Histogram<string> {
    const histogram = new Histogram({ ...this.#config(options), buckets: [...buckets] });
    for (const labels of series) histogram.zero(labels);
    return histogram;
  }

  /** A histogram that is counted elsewhere, with the upper bounds of its buckets. */
  distribution(
    options: FigureOptions,
    buckets: readonly number[],
    read: () => Distribution,
  ): void {
    const { name, help } = this.#config(options);
    const values = () => {
      const { counts, count, sum } = read();
      const of = (suffix: string, value: number, le?: number | "+Inf") => ({
        metricName: `${name}_${suffix}`,
        labels: le === undefined ? {} : { le },
        value,
      });
      return [
        ...buckets.map((le, index) => of("bucket", counts[index], le)),
        of("bucket", count, "+Inf"),
        of("sum", sum),
        of("count", count),
      ];
    };
    // What the registry asks of a metric, no more: none of the library's takes counts as they are.
    const metric = {
      ...{ name, help, aggregator: "sum" },
      get: () => Promise.resolve({ name, help, type: "histogram", values: values() }),
      reset: () => {},
    };
    this.#registry.registerMetric(metric as unknown as Metric);
  }

  #config({ name, help, labels = [] }: FigureOptions) {
    return {
      name: name.startsWith("process_") ? name : PREFIX + name,
      help,
      labelNames: [...labels],
      registers: [this.#registry],
    };
  }
}

/** `value`, if it is one of `known`; else `other`: what others say must not make labels without end. */
export function known(value: unknown, known: readonly string[]): string {
  return known.includes(value as string) ? value as string : "other";
}
