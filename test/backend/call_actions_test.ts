import { describe, expect, test } from "bun:test";
import {
  type CallActions,
  type CallInfo,
  type DuplexBackend,
  isDuplexBackend,
  isStreamBackend,
  isVoiceBackend,
  resilient,
  type StepOptions,
  type StreamBackend,
  type VoiceBackend,
  withActions,
} from "../../src/backend/mod.ts";

const CALL: CallInfo = { sessionId: "1", from: { user: "a" }, to: { user: "b" }, headers: {} };
const ACTIONS = { sendDtmf: () => {} } as unknown as CallActions;
const OPTIONS: StepOptions = { signal: new AbortController().signal, sessionId: "1" };

/** A backend with a secret, which only it itself can read, that notes what it is given. */
class Noting implements VoiceBackend {
  readonly sampleRate = 8000;
  readonly given: (readonly [string, CallActions | undefined])[] = [];
  #secret = "words";

  transcribe(_audio: Int16Array, _rate: number, { actions }: StepOptions): string {
    this.given.push(["transcribe", actions]);
    return this.#secret;
  }

  generate(_text: string, _id: string, _history: unknown, { actions }: StepOptions): string {
    this.given.push(["generate", actions]);
    return this.#secret;
  }

  speak(_text: string, { actions }: StepOptions) {
    this.given.push(["speak", actions]);
    return { samples: new Int16Array(160), sampleRate: 8000 };
  }

  onCallStart(_call: CallInfo, actions?: CallActions): void {
    this.given.push(["onCallStart", actions]);
  }

  onDtmf(_digit: string, _call: CallInfo, actions?: CallActions): void {
    this.given.push(["onDtmf", actions]);
  }
}

async function exercise(backend: VoiceBackend): Promise<void> {
  expect(await backend.transcribe(new Int16Array(8), 8000, OPTIONS)).toBe("words");
  await backend.generate("x", "1", [], OPTIONS);
  await backend.speak("x", OPTIONS);
  await backend.onCallStart?.(CALL);
  await backend.onDtmf?.("1", CALL);
}

const ALL = ["transcribe", "generate", "speak", "onCallStart", "onDtmf"];

describe("withActions", () => {
  test("gives them to every step and listener of a backend, and changes nothing else", async () => {
    const noting = new Noting();
    const backend = withActions<VoiceBackend>(noting, ACTIONS);
    expect(isVoiceBackend(backend)).toBe(true);
    expect(backend.sampleRate).toBe(8000);
    expect(["onInterrupt" in backend, backend.onInterrupt]).toEqual([false, undefined]);
    await exercise(backend);
    expect(noting.given).toEqual(ALL.map((name) => [name, ACTIONS]));
    expect(OPTIONS.actions).toBe(undefined);
  });

  test("gives them through what guards a backend, and to one that is frozen", async () => {
    const noting = new Noting();
    const pressed: string[] = [];
    const actions = {
      sendDtmf: (digits: string) => pressed.push(digits),
    } as unknown as CallActions;
    await exercise(withActions(resilient(noting), actions));
    for (const [name, given] of noting.given) given?.sendDtmf(name);
    expect(pressed).toEqual(ALL);
    const frozen = Object.freeze({ ...withNothing(), onDtmf: () => "pressed" });
    expect(await withActions<VoiceBackend>(frozen, ACTIONS).onDtmf?.("1", CALL)).toBe("pressed");
  });

  test("gives them to speech to speech, and to streams", async () => {
    const given: unknown[] = [];
    const duplex: DuplexBackend = {
      converse: (audio, _call, { actions }) => {
        given.push(actions);
        return audio;
      },
    };
    const one = withActions(duplex, ACTIONS);
    expect(isDuplexBackend(one)).toBe(true);
    await one.converse(new ReadableStream(), CALL, { ...OPTIONS, interrupt: () => 0 });
    const stream: StreamBackend = Object.assign((_: CallInfo, actions?: CallActions) => {
      given.push(actions);
      return new TransformStream();
    }, { live: true });
    const other = withActions(stream, ACTIONS);
    expect([isStreamBackend(other), other.live]).toEqual([true, true]);
    other(CALL);
    expect(given).toEqual([ACTIONS, ACTIONS]);
  });
});

function withNothing(): VoiceBackend {
  const speech = { samples: new Int16Array(), sampleRate: 8000 };
  return { transcribe: () => "", generate: () => "", speak: () => speech };
}
