/** Which detector, by name. */

import { getLogger } from "@logtape/logtape";
import type { Clock } from "../clock/mod.ts";
import type { DetectorFactory } from "./detector.ts";
import { energyDetector } from "./energy.ts";
import { loadFvad } from "./fvad.ts";

/** The detectors by name; `auto` is the best that is here. */
export type DetectorName = "auto" | "silero" | "fvad" | "energy";

/** How {@link loadDetector} loads. */
export interface LoadDetectorOptions {
  /** What Silero gathers windows by. @default the machine's */
  readonly clock?: Clock;
  /** A file with Silero's model. @default that of its package */
  readonly modelPath?: string;
}

const log = getLogger(["sofia-phone", "vad"]);

/**
 * Loads a detector by name: `silero` is the best and needs packages that are not installed with this
 * one, `fvad` is small and takes noise for voices, `energy` knows loudness alone. `auto` takes the
 * first of those that can be loaded, and logs which and why.
 *
 * @throws {RangeError} for another name
 * @throws {Error} if the one that was asked for cannot be loaded; `auto` always can
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadDetector } from "@sofia/phone/vad";
 *
 * const detector = (await loadDetector("auto"))();
 * assert.equal(detector.detect(new Int16Array(320), 16000), 0);
 * detector.close();
 * ```
 */
export async function loadDetector(
  name: DetectorName = "auto",
  options: LoadDetectorOptions = {},
): Promise<DetectorFactory> {
  if (name === "energy") return energyDetector();
  if (name === "fvad") return await loadFvad();
  if (name === "silero") return await loadSilero(options);
  if (name !== "auto") {
    throw new RangeError(
      `Cannot load a detector as it is auto, silero, fvad or energy: current value is ${name}`,
    );
  }
  return await firstOf([
    ["silero", () => loadSilero(options)],
    ["fvad", loadFvad],
    ["energy", energyDetector],
  ]);
}

type Candidate = readonly [
  name: DetectorName,
  load: () => DetectorFactory | Promise<DetectorFactory>,
];

async function firstOf([[name, load], ...others]: readonly Candidate[]): Promise<DetectorFactory> {
  try {
    const factory = await load();
    log.debug("voices are found by {name}", { name });
    return factory;
  } catch (error) {
    if (others.length === 0) throw error;
    // Not to have installed something optional is no fault; to have it and not be able to load it is.
    const isMissing = error instanceof Error && error.name === "SileroMissingError";
    log[isMissing ? "debug" : "warning"]("voices are not found by {name}: {error}", {
      name,
      error: isMissing ? error.message : error,
    });
    return await firstOf(others);
  }
}

/** Read only when it is asked for, as what it needs may not be here. */
async function loadSilero(options: LoadDetectorOptions): Promise<DetectorFactory> {
  return (await import("./silero.ts")).loadSilero(options);
}
