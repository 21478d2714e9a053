/** Who we are to a server that asks. */

/** A user name and password, for one realm only. */
export interface DigestCredentials {
  /** The user's name. */
  readonly username: string;
  /** The user's secret, which is never sent. */
  readonly password: string;
  /** The realm they are for. A challenge of another realm gets no answer. */
  readonly realm: string;
}
