/** SIP messages as a person writes them: the literals of tests. */

const encoder = new TextEncoder();

/** Bytes of lines, each ended by CRLF. */
export function lines(...text: readonly string[]): Uint8Array {
  return encoder.encode(text.map((line) => `${line}\r\n`).join(""));
}

/** The header fields that every request must have, by name. */
export const OPTIONS_FIELDS: Readonly<Record<string, string>> = {
  Via: "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds",
  "Max-Forwards": "70",
  From: "Alice <sip:alice@192.0.2.1>;tag=1928301774",
  To: "Bob <sip:bob@192.0.2.2>",
  "Call-ID": "a84b4c76e66710@192.0.2.1",
  CSeq: "63104 OPTIONS",
};

/**
 * An OPTIONS request as bytes.
 *
 * @param changes fields to add or to replace; undefined leaves one out
 * @param body what follows the empty line
 */
export function optionsRequest(
  changes: Readonly<Record<string, string | undefined>> = {},
  body = "",
): Uint8Array {
  const fields = Object.entries({ ...OPTIONS_FIELDS, ...changes });
  const head = fields.flatMap(([name, value]) => value === undefined ? [] : [`${name}: ${value}`]);
  const start = lines("OPTIONS sip:bob@192.0.2.2 SIP/2.0", ...head, "");
  return encoder.encode(new TextDecoder().decode(start) + body);
}
