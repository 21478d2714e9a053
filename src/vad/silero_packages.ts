/** Where Silero's two packages are, which nobody has to install. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

const RUNTIME = "onnxruntime-node";
const RUNTIME_VERSION = "1.30.0";
const MODEL = "@ricky0123/vad-web";
const MODEL_VERSION = "0.0.31";
const MODEL_FILE = `${MODEL}/dist/silero_vad_v6.onnx`;
const MODEL_ENTRY = `${MODEL}/dist/asset-path.js`;

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
 * onnxruntime, from the packages that this one sees, or those of the working directory.
 *
 * Never by an import that can be read here: Deno would download what that names, asked or not.
 *
 * @param places files that would import it
 * @throws {SileroMissingError} if it is not installed
 * @throws {Error} if it is and cannot be loaded, as without the permission to load native code
 */
export async function findRuntime(
  places: readonly string[] = placesToLook(),
): Promise<OnnxRuntime> {
  const path = await find(RUNTIME, RUNTIME, places);
  if (path === undefined) throw missing(RUNTIME);
  try {
    return createRequire(path)(path);
  } catch (cause) {
    throw new Error(`Cannot load Silero as ${RUNTIME} must start: see the cause`, { cause });
  }
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
  const file = path ?? await find(MODEL_FILE, MODEL_ENTRY, places);
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
      `"bun add --optional ${runtime} ${model}" or "deno add npm:${runtime} npm:${model}"`,
  );
}

/** Our own file, unless it was read over the network, and a file in the working directory. */
function placesToLook(): string[] {
  const own = import.meta.url;
  return [...(own.startsWith("file:") ? [own] : []), `${process.cwd()}/main.js`];
}

/** The path of `name`; `entry` is a small module of the same package. */
async function find(
  name: string,
  entry: string,
  places: readonly string[],
): Promise<string | undefined> {
  const there = () => places.map((here) => pathOf(name, here)).find((path) => path !== undefined);
  const path = there();
  if (path !== undefined || !("Deno" in globalThis)) return path;
  // A package that `deno add` put into deno.json and nothing imports is not there before its import.
  try {
    await import(entry);
  } catch {
    return undefined;
  }
  return there();
}

/** The path of `name` as a file at `here` would find it. */
function pathOf(name: string, here: string): string | undefined {
  const require = createRequire(here);
  // Where there is no node_modules at all, Bun would download what it is asked the path of.
  const isBun = "Bun" in globalThis;
  if (isBun && !require.resolve.paths(name)?.some((path) => existsSync(join(path, name)))) return;
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
