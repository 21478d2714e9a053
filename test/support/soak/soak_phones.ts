/** A phone of a soak, from its start to its end, and what it told meanwhile. */
import type { Runtime } from "../phone_process.ts";
import { wait } from "../wait.ts";
import type { SoakHearing } from "./soak_hearing.ts";
import type { SoakCommand, SoakPhoneOptions, SoakSample } from "./soak_messages.ts";
import { SoakProcess } from "./soak_process.ts";

/** Packets of callers do not count for so long after a collection of garbage that we asked for, in ms. */
const SETTLE_MS = 100;

/** A process that holds nothing ends by itself as soon as its phone has stopped, within this, in ms. */
const EXIT_WITHIN_MS = 10_000;

/** One process. */
export class SoakPhone {
  readonly name: string;
  readonly process: SoakProcess;
  /** How it ended: 0 if by itself and well. */
  end: number | string = "never asked to";
  /** The first before any call, the last when it had stopped. */
  readonly samples: SoakSample[] = [];
  /** One question at a time. */
  #asked: Promise<unknown> = Promise.resolve();
  #isOver = false;

  /** Starts it. */
  constructor(name: string, runtime: Runtime, options: SoakPhoneOptions) {
    this.name = name;
    this.process = new SoakProcess("soak_phone.ts", runtime, options);
  }

  /** Resolves when it takes calls. */
  async ready(): Promise<void> {
    await this.process.says();
  }

  /** Asks how it is; what callers hear meanwhile does not count where it collects garbage. */
  async sample(hearing: SoakHearing, gc: boolean): Promise<SoakSample | undefined> {
    if (this.#isOver) return undefined;
    return await this.#ask({ do: "sample", gc }, hearing);
  }

  /** Has it drain and stop, and resolves when the process has ended; it takes no calls after `onDrained`. */
  async drain(limitMs: number, onDrained = () => {}): Promise<void> {
    this.#isOver = true;
    await this.#ask({ do: "drain", limitMs });
    onDrained();
    this.samples.push(await this.process.says<SoakSample>());
    this.end = await this.process.ends(EXIT_WITHIN_MS);
  }

  /** Waits until it holds no more than `first` did, and resolves with how it is then. */
  async idle(
    first: SoakSample,
    { hearing, withinMs, alsoTimers }: {
      readonly hearing: SoakHearing;
      readonly withinMs: number;
      /** Whether the timers of SIP are waited for, which go on for 32 s. */
      readonly alsoTimers: boolean;
    },
  ): Promise<{ idle: SoakSample; idleAfterMs: number }> {
    const beganAt = performance.now();
    for (;;) {
      const idle = (await this.sample(hearing, true))!;
      const idleAfterMs = performance.now() - beganAt;
      const isIdle = idle.calls === 0 && idle.sockets <= first.sockets &&
        idle.files <= first.files && (!alsoTimers || idle.timers <= first.timers);
      if (isIdle || idleAfterMs > withinMs) return { idle, idleAfterMs };
      await wait(1000);
    }
  }

  #ask(command: SoakCommand, hearing?: SoakHearing): Promise<SoakSample> {
    const asked = this.#asked.then(async () => {
      if (hearing !== undefined) hearing.paused++;
      const sample = await this.process.ask<SoakSample>(command);
      this.samples.push(sample);
      if (hearing !== undefined) {
        await wait(SETTLE_MS);
        hearing.paused--;
      }
      return sample;
    });
    this.#asked = asked.catch(() => {});
    return asked;
  }
}
