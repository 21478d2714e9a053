/** Several stages of a call in one stream. */

// deno-lint-ignore no-explicit-any -- the stages of one stream differ in what they carry
type AnyTransformer = Transformer<any, any>;
type Controller = TransformStreamDefaultController;

/**
 * Stages that do what they do when piped one into another, joined by function calls instead.
 *
 * What a stage enqueues is taken by the next at once, or, where that one returned a promise, after
 * what it is busy with; the stream takes its next chunk when all of them are done with the last. A
 * stage that fails ends the others. Frames come one by one, and to wake a pipe for each costs as
 * much as what most stages do with it: see `bench/pacing.ts`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { JoinedStream } from "@sofia/phone/media";
 *
 * const stage = (add: number): Transformer<number, number> => ({
 *   transform: (value, controller) => controller.enqueue(value + add),
 * });
 * const values = ReadableStream.from([0, 1]).pipeThrough(new JoinedStream([stage(10), stage(5)]));
 * assert.deepEqual(await Array.fromAsync(values), [15, 16]);
 * ```
 */
export class JoinedStream<In, Out> extends TransformStream<In, Out> {
  /** Joins the stages in their order; there is at least one. */
  constructor(stages: readonly AnyTransformer[]) {
    const joints: Joint[] = [];
    let exit: Exit;
    super({
      async start(controller) {
        exit = new Exit(stages, controller);
        for (const stage of stages.toReversed()) joints.unshift(new Joint(stage, joints[0], exit));
        try {
          for (const { stage, output } of joints) await stage.start?.(output);
        } catch (error) {
          exit.error(error);
        }
      },
      transform(chunk) {
        joints[0].enqueue(chunk);
        for (const { busy } of joints) if (busy) return settle(joints);
      },
      async flush() {
        for (const joint of joints) {
          await joint.busy;
          await joint.flush();
        }
        exit.isOver = true;
      },
      cancel: (reason) => exit.cancel(reason),
    });
  }
}

async function settle(joints: readonly Joint[]): Promise<void> {
  // In their order, as the first ones give to those after them.
  for (const joint of joints) await joint.busy;
}

/** The way out of the last stage, and the end of all of them. */
class Exit implements Controller {
  /** The stream has ended, failed or was cancelled: nothing is taken any more. */
  isOver = false;
  readonly #stages: readonly AnyTransformer[];
  readonly #controller: Controller;

  constructor(stages: readonly AnyTransformer[], controller: Controller) {
    this.#stages = stages;
    this.#controller = controller;
  }

  get desiredSize(): number | null {
    return this.#controller.desiredSize;
  }

  enqueue(chunk: unknown): void {
    if (!this.isOver) this.#controller.enqueue(chunk);
  }

  error(error: unknown): void {
    if (this.isOver) return;
    this.#controller.error(error);
    // Why they end is told already; that one cannot is no second reason.
    this.cancel(error).catch(() => {});
  }

  terminate(): void {
    throw new TypeError("Cannot end a joined stage from within as its neighbours go on");
  }

  async cancel(reason: unknown): Promise<void> {
    this.isOver = true;
    await Promise.all(this.#stages.map((stage) => stage.cancel?.(reason)));
  }
}

/** The way into a stage, and so the way out of the one before it. */
class Joint implements Controller {
  /** Resolves when the stage is done with what it was given; undefined when it is. Never rejects. */
  busy: Promise<void> | undefined;
  readonly stage: AnyTransformer;
  readonly output: Controller;
  readonly #exit: Exit;

  constructor(stage: AnyTransformer, output: Controller | undefined, exit: Exit) {
    this.stage = stage;
    this.output = output ?? exit;
    this.#exit = exit;
  }

  get desiredSize(): number | null {
    return this.#exit.desiredSize;
  }

  enqueue(chunk: unknown): void {
    const taken = this.busy ? this.busy.then(() => this.#take(chunk)) : this.#take(chunk);
    if (!taken) return;
    const busy = Promise.resolve(taken).catch((error) => this.error(error)).then(() => {
      if (this.busy === busy) this.busy = undefined;
    });
    this.busy = busy;
  }

  error(error: unknown): void {
    this.#exit.error(error);
  }

  terminate(): void {
    this.#exit.terminate();
  }

  async flush(): Promise<void> {
    try {
      if (!this.#exit.isOver) await this.stage.flush?.(this.output);
    } catch (error) {
      this.error(error);
    }
  }

  #take(chunk: unknown): void | PromiseLike<void> {
    if (this.#exit.isOver) return;
    try {
      return this.stage.transform!(chunk, this.output);
    } catch (error) {
      this.error(error);
    }
  }
}
