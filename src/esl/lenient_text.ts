/** Text out of bytes that may be in any encoding. Nothing here throws. */

const strict = new TextDecoder("utf-8", { fatal: true });
const lossy = new TextDecoder("utf-8");
const encoder = new TextEncoder();

/**
 * Bytes as text: UTF-8 where they are UTF-8, and each byte that is not as Latin-1.
 *
 * FreeSWITCH passes on what a phone put into its name, and many phones know nothing of UTF-8.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return mixedText(bytes);
  }
}

/**
 * Undoes `%41`, as FreeSWITCH writes the values of plain events. A `%` that begins no such sequence
 * stays, and `%E9` alone, which is no UTF-8, is read as Latin-1: `é`.
 */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  const runs = /(?:%[0-9a-f]{2})+/gi;
  return text.replace(runs, (run) => {
    const bytes = new Uint8Array(run.length / 3);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = Number.parseInt(run.slice(3 * i + 1, 3 * i + 3), 16);
    }
    return decodeText(bytes);
  });
}

/** How many bytes a string has as UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** What is UTF-8 is taken in whole pieces, whatever else stands beside it. */
function mixedText(bytes: Uint8Array): string {
  let text = "";
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += lossy.decode(bytes.subarray(start, at)) + String.fromCharCode(bytes[at]);
    start = ++at;
  }
  return text + lossy.decode(bytes.subarray(start));
}

/** The bytes of the UTF-8 sequence at `at`, RFC 3629 section 4; 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at];
  if (lead < 0x80) return 1;
  const length = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : 4;
  if (lead < 0xc2 || lead > 0xf4 || at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) {
    if ((bytes[at + i] & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1];
  const isOverlong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
  const isBeyond = (lead === 0xed && second > 0x9f) || (lead === 0xf4 && second > 0x8f);
  return isOverlong || isBeyond ? 0 : length;
}
