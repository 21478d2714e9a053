/** The first words of an inbound connection. */

import type { EslConnection } from "./esl_connection.ts";
import { EslAuthError, EslRefusedError } from "./esl_error.ts";

/** Who logs in and what for. */
export interface LogInOptions {
  /** The password. */
  readonly password: string;
  /** The user, if not the event socket's own. */
  readonly user: string | undefined;
  /** The commands that subscribe. */
  readonly subscribe: () => readonly string[];
}

/** Logs in and subscribes. Rejects with {@link EslAuthError} when the password is wrong. */
export async function logIn(connection: EslConnection, options: LogInOptions): Promise<void> {
  const { password, user, subscribe } = options;
  const login = user === undefined ? `auth ${password}` : `userauth ${user}:${password}`;
  try {
    await connection.command(login);
  } catch (error) {
    if (!(error instanceof EslRefusedError)) throw error;
    const { reply } = error;
    throw new EslAuthError(`Cannot log in as FreeSWITCH says: ${reply}`, { reply, cause: error });
  }
  // One after the other without waiting: they are answered in order.
  await Promise.all(subscribe().map((command) => connection.command(command)));
}
