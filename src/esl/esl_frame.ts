/** What travels over an event socket. */

/** One message from FreeSWITCH: a few headers, and a body as long as they say. */
export interface EslFrame {
  /** The headers as they came, by name. The values are not percent-decoded. */
  readonly headers: ReadonlyMap<string, string>;
  /** The body; empty when there is none. */
  readonly body: Uint8Array;
}

/** Why the bytes of a connection can be read no further. */
export interface EslFault {
  /**
   * `content-length`: a body's length that is no number, negative, or said twice and not alike.
   * `body-too-large`, `head-too-large`: more than the limits allow.
   */
  readonly fault: "content-length" | "body-too-large" | "head-too-large";
  /** The same for a person, with the value that was met. */
  readonly text: string;
}

/** How much is taken in one piece. */
export interface EslLimits {
  /**
   * The longest body, in bytes.
   * @default 16777216
   */
  readonly maxBodyBytes?: number;
  /**
   * The longest run of headers before a body, in bytes. Those of a `CHANNEL_DATA` hold all variables
   * of a channel.
   * @default 262144
   */
  readonly maxHeadBytes?: number;
}

/** What cuts a stream of bytes into frames. */
export interface EslFramer {
  /**
   * Takes the next bytes, which it does not keep, and gives what is complete with them. After a fault,
   * which is always the last, it gives nothing more.
   */
  push(chunk: Uint8Array): (EslFrame | EslFault)[];
}

/** The limits with what is not said filled in. */
export function fullLimits(limits: EslLimits = {}): Required<EslLimits> {
  const { maxBodyBytes = 16 * 1024 * 1024, maxHeadBytes = 256 * 1024 } = limits;
  return { maxBodyBytes, maxHeadBytes };
}
