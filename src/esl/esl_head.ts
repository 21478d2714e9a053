/** The headers before a body, and what they say of it. */

import type { EslFault, EslLimits } from "./esl_frame.ts";

/** `Name: value` lines as a map. A line that is none is passed over; of a name said twice the first counts. */
export function parseHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (let start = 0; start < text.length;) {
    let end = text.indexOf("\n", start);
    if (end === -1) end = text.length;
    const colon = text.indexOf(":", start);
    if (colon > start && colon < end) {
      const name = text.slice(start, colon);
      const value = text.slice(text[colon + 1] === " " ? colon + 2 : colon + 1, end);
      if (!headers.has(name)) headers.set(name, value);
    }
    start = end + 1;
  }
  return headers;
}

/** How many bytes follow a head: 0 if it does not say, or why that cannot be told. */
export function bodyLength(head: string, limits: Required<EslLimits>): number | EslFault {
  // Quick for the most: a head that names it once, as FreeSWITCH spells it.
  const values = [...head.matchAll(/^content-length:[ \t]*(.*)$/gim)].map(([, value]) =>
    value.trim()
  );
  if (values.length === 0) return 0;
  const [value] = values;
  if (!/^\d{1,15}$/.test(value) || values.some((other) => other !== value)) {
    const said = values.join(" and ").slice(0, 100);
    const text =
      `Cannot read on as Content-Length must be one whole number: current value is ${said}`;
    return { fault: "content-length", text };
  }
  const length = Number(value);
  if (length <= limits.maxBodyBytes) return length;
  const text =
    `Cannot read on as a body must have at most ${limits.maxBodyBytes} bytes: current value is ${length}`;
  return { fault: "body-too-large", text };
}

/** The fault of a head that does not end. */
export function headTooLarge({ maxHeadBytes }: Required<EslLimits>): EslFault {
  const text = `Cannot read on as a head must have at most ${maxHeadBytes} bytes: it has more`;
  return { fault: "head-too-large", text };
}
