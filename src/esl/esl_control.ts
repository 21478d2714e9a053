/** What one can ask of FreeSWITCH over either kind of connection. */

import type { EslReply } from "./esl_reply.ts";

/** How a command is sent. */
export interface EslCommandOptions {
  /** How long it may take, in ms. @default that of the connection */
  readonly timeoutMs?: number;
}

/**
 * A connection one can command. All of its promises settle: with what FreeSWITCH says, or with an
 * `EslError` when it refuses, when the connection ends, or when the time is up.
 */
export interface EslControl {
  /**
   * Runs an API command, such as `uuid_kill UUID`, while the connection waits for it: for what is quick.
   *
   * @returns what it says, without the last line end
   */
  api(command: string, options?: EslCommandOptions): Promise<string>;
  /**
   * Runs an API command in the background, such as `originate ...`: for what takes its time.
   *
   * @returns what it says when it is done, without the last line end
   */
  bgapi(command: string, options?: EslCommandOptions): Promise<string>;
  /** Sends any other command of the event socket, such as `filter Unique-ID UUID`. */
  command(line: string, options?: EslCommandOptions): Promise<EslReply>;
}
