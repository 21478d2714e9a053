/** Percent escapes in URIs, RFC 3261 section 19.1.2. */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `text` with its `%41` turned to characters; as it is where an escape is broken or no UTF-8. */
export function unescapeText(text: string): string {
  if (!text.includes("%")) return text;
  const bytes = encoder.encode(text);
  let length = 0;
  for (let i = 0; i < bytes.length; i++, length++) {
    if (bytes[i] === 0x25) {
      const high = hexDigit(bytes[i + 1]);
      const low = hexDigit(bytes[i + 2]);
      if (high === -1 || low === -1) return text;
      bytes[length] = high * 16 + low;
      i += 2;
    } else {
      bytes[length] = bytes[i];
    }
  }
  try {
    return decoder.decode(bytes.subarray(0, length));
  } catch {
    return text;
  }
}

/** `text` with all escaped that is no letter, no digit and none of `marks`. */
export function escapeText(text: string, marks: string): string {
  let escaped = "";
  for (const byte of encoder.encode(text)) {
    const char = String.fromCharCode(byte);
    escaped += isAlphanumeric(byte) || marks.includes(char)
      ? char
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a);
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
