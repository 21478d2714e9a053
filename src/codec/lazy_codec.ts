/** Codecs that are loaded when asked for. */

import type { CodecFormat, CodecSpec } from "./codec.ts";

/**
 * A codec whose `create` is fetched by the first call of `load`, as Opus is.
 *
 * A load that failed is tried again by the next call.
 */
export function lazyCodec(
  format: CodecFormat,
  load: () => Promise<CodecSpec["create"]>,
): CodecSpec {
  let loading: Promise<void> | undefined;
  let create: CodecSpec["create"] | undefined;
  return {
    format,
    load: () => {
      loading ??= load().then((loaded) => void (create = loaded), (cause) => {
        loading = undefined;
        throw new Error(`Cannot load codec ${format.name}`, { cause });
      });
      return loading;
    },
    create: (agreed) => {
      if (!create) {
        throw new TypeError(
          `Cannot create codec ${format.name} as load() must be done first: current value is not loaded`,
        );
      }
      return create(agreed);
    },
  };
}
