/** The first words of an outbound connection. */

import type { EslConnection } from "./esl_connection.ts";
import { EslError, EslRefusedError } from "./esl_error.ts";
import { EslChannelEvent } from "./events/channel_event.ts";

/** What `myevents` leaves out. Of these, too, FreeSWITCH sends those of this channel and its jobs only. */
const MORE = "BACKGROUND_JOB CHANNEL_HOLD CHANNEL_UNHOLD RECORD_START RECORD_STOP";

/** What a session begins with. */
export interface OpenSessionOptions {
  /** How events are written. */
  readonly format: "json" | "plain";
  /** How long FreeSWITCH stays after the channel has hung up, in whole seconds. */
  readonly lingerSeconds: number;
}

/**
 * Asks for the channel and its events.
 *
 * Rejects with {@link EslRefusedError} when the dialplan did not say `async full`: without `full` there
 * are no events and no API, without `async` each application holds up all that is said.
 *
 * @returns the channel with its variables
 */
export async function openSession(
  connection: EslConnection,
  { format, lingerSeconds }: OpenSessionOptions,
): Promise<EslChannelEvent> {
  const { headers } = await connection.command("connect");
  const channel = new EslChannelEvent({
    body: "",
    get: (name) => headers.get(name),
    names: () => headers.keys(),
  });
  const mode = `${headers.get("Socket-Mode")} ${headers.get("Control")}`;
  if (mode !== "async full") {
    throw new EslRefusedError(
      `Cannot control the call as the dialplan must say \`socket HOST:PORT async full\`: current value is ${mode}`,
      { reply: mode },
    );
  }
  if (channel.uuid === undefined) throw new EslError("Cannot control the call as it has no UUID");
  const commands = [`linger ${lingerSeconds}`, `myevents ${format}`, `event ${format} ${MORE}`];
  await Promise.all(commands.map((command) => connection.command(command)));
  return channel;
}
