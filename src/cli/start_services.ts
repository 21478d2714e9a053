/** What runs beside a phone. */

import type { Clock } from "../clock/mod.ts";
import type { PhoneHandler } from "../phone/mod.ts";
import type { Configuration } from "./configuration/configuration.ts";

/** What runs beside a phone. */
export interface Services {
  /** Lines that say what can be opened, each with its end; empty for nothing. */
  readonly invitation: string;
}

/**
 * Starts the phone and what runs beside it, and adds to `ends` how each is ended. The phone is ended
 * before those that tell of it.
 */
export async function startServices(
  phone: PhoneHandler,
  _configuration: Configuration,
  _clock: Clock,
  ends: (() => PromiseLike<void>)[],
): Promise<Services> {
  ends.push(() => phone.stop());
  await phone.start();
  return { invitation: "" };
}
