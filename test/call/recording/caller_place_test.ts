import { describe, expect, test } from "bun:test";
import { CallerPlace } from "../../../src/call/mod.ts";
import { SeededRandom } from "../../../src/clock/mod.ts";

const QUIET = new Int16Array(160);
const LOUD = new Int16Array(160).fill(9000);

/** A caller whose packets come 20 ms apart by its own clock, set against a line of ours that is even. */
class Line {
  readonly place = new CallerPlace({ sampleRate: 8000, clockRate: 8000 });
  readonly placed: number[] = [];
  now = 1000;
  epoch = 1;
  position = 50_000;
  /** Ms of the caller's clock for one of ours. */
  rate = 1;
  #ticks = 0;
  #due = 1000;

  constructor() {
    this.place.ticked(0, 1000);
  }

  /** The next packet; it comes `delayMs` late. */
  packet(samples = QUIET, delayMs = 0): void {
    this.#due += 20 / this.rate;
    this.tickTo(this.#due);
    const origin = { epoch: this.epoch, position: this.position, receivedAt: this.#due + delayMs };
    this.#note(this.place.push(samples, origin));
    this.position += 160;
  }

  /** One that is made up, as none came. */
  lost(samples = QUIET): void {
    this.#due += 20 / this.rate;
    this.tickTo(this.#due);
    this.#note(this.place.push(samples, { epoch: this.epoch, position: this.position }));
    this.position += 160;
  }

  tickTo(now: number): void {
    while (this.now + 20 <= now) {
      this.now += 20;
      this.#ticks += 160;
      this.#note(this.place.ticked(this.#ticks, this.now));
    }
  }

  #note(placed: { ticks: number }[]): void {
    this.placed.push(...placed.map(({ ticks }) => ticks));
  }

  /** Differences between each place and the one before, where they are not 160. */
  get steps(): number[] {
    return this.placed.slice(1).map((ticks, n) => ticks - this.placed[n]).filter((d) => d !== 160);
  }
}

describe("CallerPlace", () => {
  test("lays the caller's sound where it was over when the quickest of its first packets came", () => {
    const line = new Line();
    for (let n = 0; n < 15; n++) line.packet(QUIET, n === 7 ? 3 : 10 + n);
    expect(line.placed[0]).toBe(3 * 8);
    expect(line.steps).toEqual([]);
  });

  test("waits 400 ms at most for the first packets", () => {
    const line = new Line();
    line.packet();
    expect(line.placed).toEqual([]);
    line.tickTo(1460);
    expect(line.placed).toEqual([0]);
  });

  test("leaves out what was made up before the first packet", () => {
    const line = new Line();
    for (let n = 0; n < 50; n++) line.lost();
    for (let n = 0; n < 20; n++) line.packet();
    expect(line.placed[0]).toBe(50 * 160);
  });

  test("never steps for jitter, however large", () => {
    const line = new Line();
    const random = new SeededRandom(3);
    for (let n = 0; n < 30_000; n++) {
      line.packet(QUIET, random.uint32() % 10 === 0 ? 0 : random.uint32() % 400);
    }
    expect(line.steps).toEqual([]);
    expect(line.place.counters.corrections).toBe(0);
  });

  test.each([[1.0002], [0.9998]])(
    "follows a clock at %d times ours, and steps in the next quiet piece when 40 ms are up",
    (rate) => {
      const line = new Line();
      line.rate = rate;
      // 40 ms at 200 ppm are 200 s.
      for (let n = 0; n < 190 * 50; n++) line.packet(n % 100 < 50 ? LOUD : QUIET);
      expect(line.steps).toEqual([]);
      for (let n = 0; n < 20 * 50; n++) line.packet(LOUD);
      expect(line.steps).toEqual([]);
      line.packet(QUIET);
      expect(line.steps).toHaveLength(1);
      const stepMs = (line.steps[0] - 160) / 8;
      expect(Math.abs(stepMs)).toBeGreaterThan(40);
      expect(Math.abs(stepMs)).toBeLessThan(44);
      expect(Math.sign(stepMs)).toBe(rate > 1 ? -1 : 1);
    },
  );

  test("steps in the midst of sound when a quarter of a second is up", () => {
    const line = new Line();
    line.rate = 1.0005;
    for (let n = 0; n < 600 * 50; n++) line.packet(LOUD);
    expect(line.place.counters.corrections).toBe(1);
    expect(Math.abs(line.steps[0] - 160)).toBeGreaterThan(250 * 8);
  });

  test("takes a new sender's time from its packets", () => {
    const line = new Line();
    for (let n = 0; n < 100; n++) line.packet();
    line.epoch = 2;
    line.position = 4_000_000_000;
    for (let n = 0; n < 100; n++) line.packet(QUIET, n % 3);
    expect(line.steps).toEqual([]);
    expect(line.place.counters).toEqual({ epochs: 2, continued: 0, corrections: 0 });
  });

  test("goes on with the clock there was when only the counting began anew", () => {
    const line = new Line();
    for (let n = 0; n < 100; n++) line.packet();
    line.epoch = 2;
    // By the arrivals alone it would be 8 ms later; the timestamps, wrapped, know better.
    line.position += 2 ** 32;
    for (let n = 0; n < 100; n++) line.packet(QUIET, 8);
    expect(line.steps).toEqual([]);
    expect(line.place.counters.continued).toBe(1);
  });

  test("takes a line whose ticks wander for steady, and one that has moved for moved", () => {
    const place = new CallerPlace({ sampleRate: 8000, clockRate: 8000 });
    const first: number[] = [];
    const caller = (epoch: number, from: number, wander: number) => {
      for (let n = 0; n < 20; n++) {
        place.ticked((from + n) * 160, 1000 + 20 * (from + n) + wander);
        const receivedAt = 1000 + 20 * (from + n + 1);
        const placed = place.push(QUIET, { epoch, position: epoch * 1e6 + n * 160, receivedAt });
        if (placed.length > 0) first[epoch] ??= placed[0].ticks;
      }
    };
    caller(1, 0, 0);
    caller(2, 100, 4);
    caller(3, 200, 30);
    expect(first.slice(1)).toEqual([0, 16_000, 32_000 - 240]);
  });
});
