/** Where Silero's two packages are, which nobody has to install. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import process from "node:process";

const RUNTIME = "onnxruntime-node";
const RUNTIME_VERSION = "1.30.0";
const MODEL = "@ricky0123/vad-web";
const MODEL_VERSION = "0.0.31";
const MODEL_FILE = `${MODEL}/dist/silero_vad_v6.onnx`;

/** What is used of a tensor of onnxruntime. */
export interface Tensor {
  /** Its values, row after row. */
  readonly data: unknown;
}

/** What is used of onnxruntime. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OnnxSession>;
  };
  readonly Tensor: new (
    type: "float32" | "int64",
    data: Float32Array | BigInt64Array,
    dims: readonly number[],
  ) => Tensor;
}

/** A model that is loaded. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
}

/** Silero cannot be loaded, as what it runs on is not installed. */
export class SileroMissingError extends Error {
  /** Tells it from other errors in a log. */
  override readonly name = "SileroMissingError";
}

/**
 * onnxruntime, from the packages beside this one or below the working directory.
 *
 * By `require` and not by `import`: Deno would download what it reads in an import, asked or not, and
 * would not look for it in a node_modules that only Bun knows of.
 *
 * @param places files that would import it
 * @throws {SileroMissingError} if it is not installed
 * @throws {Error} if it is and cannot be loaded, as without the permission to load native code
 */
export function requireRuntime(places: readonly string[] = placesToLook()): OnnxRuntime {
  for (const here of places) {
    if (pathOf(RUNTIME, here) === undefined) continue;
    try {
      return createRequire(here)(RUNTIME);
    } catch (cause) {
      throw new Error(`Cannot load Silero as ${RUNTIME} must start: see the cause`, { cause });
    }
  }
  throw missing(RUNTIME);
}

/**
 * The model: of the file at `path`, or Silero v6 of its package.
 *
 * @param places files that would import the package
 * @throws {SileroMissingError} if there is no path and the package is not installed
 * @throws {Error} if the file cannot be read
 */
export async function readModel(
  path?: string,
  places: readonly string[] = placesToLook(),
): Promise<Uint8Array> {
  const file = path ?? places.map((here) => pathOf(MODEL_FILE, here)).find(Boolean);
  if (file === undefined) throw missing(MODEL);
  try {
    return await readFile(file);
  } catch (cause) {
    throw new Error(`Cannot load Silero as its model must be readable: current value is ${file}`, {
      cause,
    });
  }
}

function missing(name: string): SileroMissingError {
  const runtime = `${RUNTIME}@${RUNTIME_VERSION}`;
  const model = `${MODEL}@${MODEL_VERSION}`;
  return new SileroMissingError(
    `Cannot load Silero as ${name} is not installed, which is large and optional: run ` +
      `"bun add ${runtime} ${model}" or "deno add npm:${runtime} npm:${model}"`,
  );
}

/** Our own file, unless it was read over the network, and a file in the working directory. */
function placesToLook(): string[] {
  const own = import.meta.url;
  return [...(own.startsWith("file:") ? [own] : []), `${process.cwd()}/main.js`];
}

function pathOf(name: string, here: string): string | undefined {
  try {
    return createRequire(here).resolve(name);
  } catch {
    return undefined;
  }
}
