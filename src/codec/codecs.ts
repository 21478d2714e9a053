/** Which codecs there are, by name and in order of preference. */

import type { CodecFormat, CodecSpec } from "./codec.ts";
import { pcma, pcmu } from "./g711.ts";
import { l16 } from "./l16.ts";
import { lazyCodec } from "./lazy_codec.ts";

/** The names {@link codecsNamed} knows, best first for a telephone line: no loss beyond what the line has. */
export const CODEC_NAMES: readonly string[] = ["PCMU", "PCMA", "opus", "L16"];

/**
 * The codecs of `names`, in that order, to be offered in SDP and created from what was agreed.
 *
 * `L16` stands for both its rates, 16000 and 8000 Hz. Case does not matter.
 *
 * @throws {RangeError} if a name is unknown
 */
export function codecsNamed(names: readonly string[]): CodecSpec[] {
  return names.flatMap((name) => {
    const specs = SPECS[name.toLowerCase()];
    if (!specs) {
      throw new RangeError(
        `Cannot use codec as it must be one of ${CODEC_NAMES.join(", ")}: current value is ${name}`,
      );
    }
    return specs;
  });
}

/** The first of `specs` that `format` from the other side's SDP means; nothing if none. */
export function codecFor(
  specs: readonly CodecSpec[],
  format: Pick<CodecFormat, "name" | "clockRate" | "channels">,
): CodecSpec | undefined {
  return specs.find(({ format: ours }) =>
    ours.name.toLowerCase() === format.name.toLowerCase() &&
    ours.clockRate === format.clockRate &&
    (ours.channels ?? 1) === (format.channels ?? 1)
  );
}

const opus: CodecSpec = lazyCodec(
  { name: "opus", clockRate: 48000, channels: 2, payloadType: 111, fmtp: "useinbandfec=1" },
  // The only way to Opus: what is not asked for is not loaded.
  async () => (await import("./opus.ts")).createOpus,
);

const SPECS: Readonly<Record<string, readonly CodecSpec[]>> = {
  pcmu: [pcmu],
  pcma: [pcma],
  opus: [opus],
  l16: [l16(16000, 109), l16(8000, 110)],
};
