/** The door for Asterisk beside a phone. */

import type { Clock } from "../clock/mod.ts";
import type { AudioSocketServer } from "../door/mod.ts";
import type { PhoneHandler } from "../phone/mod.ts";
import { formatHostPort } from "../sip/mod.ts";
import { type Configuration, OPTIONS } from "./configuration/configuration.ts";
import { titleOf } from "./configuration/option.ts";
import { takePort } from "./take_port.ts";

/** Listens for Asterisk; undefined where it was told not to. */
export async function startAudioSocket(
  phone: PhoneHandler,
  { audiosocketHost: host, audiosocketPort: port, takeOverMs }: Configuration,
  clock: Clock,
): Promise<AudioSocketServer | undefined> {
  if (port === "off") return undefined;
  const { AudioSocketServer } = await import("../door/mod.ts");
  const server = new AudioSocketServer(phone, { host, port });
  await takePort(() => server.start(), {
    what: formatHostPort(host, port),
    option: titleOf("audiosocketPort", OPTIONS.audiosocketPort),
    clock,
    withinMs: takeOverMs,
  });
  return server;
}
