/** From the name of a backend to the backend. */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Backend, echo, isBackend, loopback, mock } from "../backend/mod.ts";
import { ConfigurationError } from "./configuration/configuration_error.ts";

/**
 * The backend of a name or of a module.
 *
 * @param name `echo`, `loopback`, `mock`, or the path of a module whose default export is a backend
 * @throws {ConfigurationError} when there is no such module, or it holds no backend
 */
export async function loadBackend(name: string): Promise<Backend> {
  if (name === "echo") return echo();
  if (name === "loopback") return loopback();
  if (name === "mock") return mock({ greeting: "Hello." });
  const path = resolve(name);
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (cause) {
    throw new ConfigurationError(
      `--backend (SOFIA_PHONE_BACKEND) is echo, loopback, mock or the path of a module: ` +
        `current value is ${JSON.stringify(name)} (${(cause as Error).message.split("\n")[0]})`,
      { cause },
    );
  }
  if (isBackend(module.default)) return module.default;
  throw new ConfigurationError(
    `the default export of ${path} has transcribe, generate and speak, or converse, or is a ` +
      `function that makes a stream: current value is ` +
      `${module.default === undefined ? "missing" : typeof module.default}`,
  );
}
