/** The backends of a phone, guarded, each with what can be said without it. */

import {
  type AroundStep,
  aroundSteps,
  type Backend,
  type CallInfo,
  type ConversationOptions,
  isVoiceBackend,
  type Phrases,
  requireBackend,
  resilient,
  type VoiceBackend,
} from "../backend/mod.ts";
import type { Clock, Random } from "../clock/mod.ts";
import type { PhoneHandlerOptions } from "./phone_options.ts";
import { PreparedPhrases } from "./prepared_phrases.ts";

/** What {@link Voices} need. */
export interface VoicesOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly conversation?: ConversationOptions;
  readonly resilience: PhoneHandlerOptions["resilience"];
  /** Told of failures that a call survives. */
  readonly onError: (error: unknown, call: CallInfo) => void;
}

/** A backend as calls get it. */
export interface Voice {
  /** The user's, guarded. */
  readonly backend: Backend;
  /** What can be said without it; undefined for one that does not speak in turns. */
  readonly phrases?: Phrases;
}

/** Guards each backend once, so that what one call finds out about a service all others know. */
export class Voices {
  readonly #options: VoicesOptions;
  readonly #known = new Map<Backend, Voice & { readonly prepared?: PreparedPhrases }>();
  readonly #arounds: AroundStep[] = [];

  /** Knows no backend yet. */
  constructor(options: VoicesOptions) {
    this.#options = options;
  }

  /** The guarded form of a backend. @throws {TypeError | RangeError} for what is none */
  of(backend: Backend): Voice {
    const known = this.#known.get(backend);
    if (known !== undefined) return known;
    requireBackend(backend);
    // With a guard of its own: what cannot be spoken now must not open the circuits of the calls.
    const voice = this.#guarded(backend);
    const { conversation, clock } = this.#options;
    const prepared = isVoiceBackend(voice)
      ? new PreparedPhrases(voice, { conversation, clock })
      : undefined;
    const made = { backend: this.#guarded(backend), phrases: prepared?.phrases, prepared };
    // One that is made for each call is met once; those before it would stay for ever.
    if (this.#known.size >= MAX_VOICES) this.#known.delete([...this.#known.keys()][1]);
    this.#known.set(backend, made);
    return made;
  }

  /** Lets `around` be around the steps of all backends, within those before it; returns how to end that. */
  addAround(around: AroundStep): () => void {
    // One of its own, as the same function may be around them twice.
    const own: AroundStep = (asked, ask) => around(asked, ask);
    this.#arounds.push(own);
    return () => {
      const at = this.#arounds.indexOf(own);
      if (at >= 0) this.#arounds.splice(at, 1);
    };
  }

  /** Asks for phrases that are missing; nobody waits for it. */
  prepare(backend: Backend): void {
    this.of(backend);
    void this.#known.get(backend)?.prepared?.prepare();
  }

  #guarded(backend: Backend): Backend {
    const { resilience = {}, clock, random, onError: report } = this.#options;
    const asked = this.#asked(backend);
    if (!isVoiceBackend(asked) || resilience === false) return asked;
    const { onError = report } = resilience;
    const fallbacks = resilience.fallbacks?.map((one) => this.#asked(one) as VoiceBackend);
    return resilient(asked, { ...resilience, fallbacks, clock, random, onError });
  }

  /** Within the guard, so that each attempt is seen. */
  #asked(backend: Backend): Backend {
    const all: AroundStep = (asked, ask) =>
      this.#arounds.reduceRight<() => unknown>((inner, one) => () => one(asked, inner), ask)();
    return aroundSteps(backend, () => this.#arounds.length === 0 ? undefined : all);
  }
}

/** Backends that are remembered: the phone's own, which is the first, and the last ones of calls. */
const MAX_VOICES = 100;
