/** Silero's model on onnxruntime. */

import { INPUT, MEMORY, type SileroModel, type SileroOutput } from "./silero_model.ts";
import { findRuntime, type OnnxRuntime, type OnnxSession, readModel } from "./silero_packages.ts";

const SESSION = {
  // More threads than one for so small a model cost more than they help, and take them from others.
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  logSeverityLevel: 3,
};

/**
 * Loads the model of the file at `path`, or of its package.
 *
 * @throws {SileroMissingError} if a package is not installed
 * @throws {Error} if the runtime does not start, or the model is none
 */
export async function loadSileroModel(path?: string): Promise<SileroModel> {
  const runtime = await findRuntime();
  const bytes = await readModel(path);
  let session: OnnxSession;
  try {
    session = await runtime.InferenceSession.create(bytes, SESSION);
  } catch (cause) {
    throw new Error("Cannot load Silero as the model must be of ONNX: see the cause", { cause });
  }
  const names = [...session.inputNames].sort().join(", ");
  if (names !== "input, sr, state") {
    throw new Error(
      `Cannot load Silero as a model of v5 or v6 takes input, sr and state: current value is ${names}`,
    );
  }
  const model = new SileroOnnx(runtime, session);
  // The first run takes ten times as long, as it claims memory: better now than in a call.
  await model.run(new Float32Array(INPUT), new Float32Array(2 * MEMORY), 1);
  return model;
}

class SileroOnnx implements SileroModel {
  readonly #runtime: OnnxRuntime;
  readonly #session: OnnxSession;
  readonly #sampleRate;

  constructor(runtime: OnnxRuntime, session: OnnxSession) {
    this.#runtime = runtime;
    this.#session = session;
    this.#sampleRate = new runtime.Tensor("int64", BigInt64Array.of(8000n), []);
  }

  async run(inputs: Float32Array, state: Float32Array, count: number): Promise<SileroOutput> {
    const { Tensor } = this.#runtime;
    const { output, stateN } = await this.#session.run({
      input: new Tensor("float32", inputs, [count, INPUT]),
      state: new Tensor("float32", state, [2, count, MEMORY]),
      sr: this.#sampleRate,
    });
    return { likelihoods: output.data as Float32Array, state: stateN.data as Float32Array };
  }
}
