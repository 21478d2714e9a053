/** The span of one attempt at a step of a backend. */

import {
  type Context,
  context,
  type Span,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { AskedStep } from "../../backend/mod.ts";

/** Where the span of a step belongs, and what times are. */
export interface StepPlace {
  readonly tracer: Tracer;
  /** The span of the turn, or of the call. */
  readonly parent: Context;
  /** Now, in ms since 1970. */
  readonly now: () => number;
}

/**
 * Asks for a step within a span of its own, which is the active one for whatever the backend does, and
 * lasts until all of the answer is there, or it is not wanted any more.
 *
 * A generator runs when it is pulled, so that each pull is within the span, too.
 */
export function askWithin(asked: AskedStep, ask: () => unknown, place: StepPlace): unknown {
  const span = place.tracer.startSpan(asked.step, {
    startTime: place.now(),
    attributes: attributesOf(asked),
  }, place.parent);
  const step = new StepSpan(span, place, asked.signal);
  try {
    const answer = step.within(ask);
    if (isPromise(answer)) {
      return answer.then((value) => step.follow(value), (error) => {
        step.end(error);
        throw error;
      });
    }
    return step.follow(answer);
  } catch (error) {
    step.end(error);
    throw error;
  }
}

/** By the conventions for generative AI, where there is one: of the steps only the model has. */
function attributesOf({ step, sessionId }: AskedStep): Record<string, string> {
  return {
    "gen_ai.conversation.id": sessionId,
    ...(step === "generate" && { "gen_ai.operation.name": "chat" }),
  };
}

class StepSpan {
  readonly #span: Span;
  readonly #place: StepPlace;
  readonly #signal: AbortSignal;
  readonly #context: Context;
  readonly #onAbort = (): void => this.end();
  #hasBegun = false;
  #isOver = false;

  constructor(span: Span, place: StepPlace, signal: AbortSignal) {
    this.#span = span;
    this.#place = place;
    this.#signal = signal;
    this.#context = trace.setSpan(place.parent, span);
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  within<T>(run: () => T): T {
    return context.with(this.#context, run);
  }

  /** What was answered: the whole, or the stream of its parts as it is read. */
  follow(answer: unknown): unknown {
    if (!isAsyncIterable(answer)) {
      this.end();
      return answer;
    }
    return { [Symbol.asyncIterator]: () => this.#read(answer) };
  }

  end(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#signal.removeEventListener("abort", this.#onAbort);
    const at = this.#place.now();
    if (this.#signal.aborted) this.#span.setAttribute("sofia.step.aborted", true);
    else if (error !== undefined) fail(this.#span, error);
    this.#span.end(at);
  }

  #read(parts: AsyncIterable<unknown>): AsyncIterator<unknown> {
    const iterator = this.within(() => parts[Symbol.asyncIterator]());
    return {
      next: async () => {
        try {
          const result = await this.within(() => iterator.next());
          if (result.done) this.end();
          else this.#begin();
          return result;
        } catch (error) {
          this.end(error);
          throw error;
        }
      },
      return: async () => {
        this.end();
        return await this.within(() => iterator.return?.()) ?? { done: true, value: undefined };
      },
    };
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#span.addEvent("first part", this.#place.now());
  }
}

/** Marks a span as failed: by the kind of error, and not by its words, which may be the caller's. */
export function fail(span: Span, error: unknown): void {
  const kind = error instanceof Error ? error.name : typeof error;
  span.setAttribute("error.type", kind);
  span.setStatus({ code: SpanStatusCode.ERROR, message: kind });
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
