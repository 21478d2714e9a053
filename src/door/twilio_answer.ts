/** What Twilio is told when a number of ours is called. */

import { Buffer } from "node:buffer";
import { isSignedByTwilio, streamKey } from "./twilio_signature.ts";

/** The longest form that is read, in bytes. */
const MOST_BYTES = 65_536;
/** The longest value of a parameter of a stream: name and value together have 500 characters at Twilio. */
const MOST_VALUE = 400;

/** The parameter that lets the stream in. */
export const KEY_PARAMETER = "sofia-key";

/** Options of {@link twilioAnswer}. */
export interface TwilioAnswerOptions {
  /** The token of the account, by which Twilio signs. */
  readonly authToken: string;
  /** The address of the webhook as Twilio knows it, without its query: `https://phone.example.org/twilio/voice`. */
  readonly url: string;
  /** The address of the media stream: `wss://phone.example.org/twilio/media`. */
  readonly streamUrl: string;
  /** Further parameters of the stream, by name. @default {} */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * Answers the webhook of a call: has Twilio connect the call to our media stream, which gets `From`, `To`
 * and the other names of the call as parameters. What is not signed by Twilio gets 403.
 */
export async function twilioAnswer(
  request: Request,
  options: TwilioAnswerOptions,
): Promise<Response> {
  const { authToken, url, streamUrl, parameters } = options;
  const form = await formOf(request);
  if (form === undefined) return new Response("The form is too long", { status: 413 });
  const signed = { url: url + new URL(request.url).search, fields: form };
  const signature = request.headers.get("X-Twilio-Signature") ?? "";
  if (!isSignedByTwilio(signed, signature, authToken)) {
    return new Response("That is not signed by the account's token", { status: 403 });
  }
  // Twilio asks by GET where its console says so: the names of the call are in the query then.
  const said = form.length > 0 ? form : [...new URL(request.url).searchParams];
  const names = new Map(said);
  const callSid = names.get("CallSid") ?? "";
  const twiml = twimlFor(streamUrl, {
    ...Object.fromEntries(["From", "To", "CallerName"].flatMap((name) => {
      const value = names.get(name);
      return value === undefined ? [] : [[name, value]];
    })),
    ...parameters,
    [KEY_PARAMETER]: streamKey(callSid, authToken),
  });
  return new Response(twiml, { headers: { "Content-Type": "text/xml; charset=utf-8" } });
}

/**
 * The TwiML that connects a call to a media stream both ways, and hangs up when that is over.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { twimlFor } from "@sofia/phone/door";
 *
 * const twiml = twimlFor("wss://phone.example.org/twilio/media", { shop: "Fish & Chips" });
 * assert.match(twiml, /<Parameter name="shop" value="Fish &amp; Chips"\/>/);
 * ```
 */
export function twimlFor(
  streamUrl: string,
  parameters: Readonly<Record<string, string>> = {},
): string {
  const inner = Object.entries(parameters).map(([name, value]) =>
    `<Parameter name="${escaped(name)}" value="${escaped(value.slice(0, MOST_VALUE))}"/>`
  );
  return '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<Response><Connect><Stream url="${escaped(streamUrl)}">${inner.join("")}</Stream></Connect>` +
    "<Hangup/></Response>";
}

/** The fields of the form, none of a GET; undefined if it is too long. */
async function formOf(request: Request): Promise<[string, string][] | undefined> {
  if (request.method !== "POST" || request.body === null) return [];
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.length;
    if (size > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return [...new URLSearchParams(Buffer.concat(parts).toString())];
}

function escaped(text: string): string {
  return text
    // deno-lint-ignore no-control-regex -- XML has no way to write these
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "")
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
    .replaceAll("&#38;", "&amp;");
}
