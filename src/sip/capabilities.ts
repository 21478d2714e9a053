/** What this user agent understands, as it says in its messages. */

/** Methods it takes, the value of Allow. */
export const ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY";

/** Bodies it takes, the value of Accept. */
export const ACCEPT =
  "application/sdp, multipart/mixed, application/dtmf-relay, application/dtmf, message/sipfrag";

/** Extensions it knows, the value of Supported. */
export const SUPPORTED = "timer";

const METHODS: ReadonlySet<string> = new Set(ALLOW.split(", "));
const EXTENSIONS: ReadonlySet<string> = new Set(SUPPORTED.split(", "));

/** True for a method of {@linkcode ALLOW}. */
export function isAllowed(method: string): boolean {
  return METHODS.has(method);
}

/** True for an extension of {@linkcode SUPPORTED}. */
export function isSupported(extension: string): boolean {
  return EXTENSIONS.has(extension.toLowerCase());
}
