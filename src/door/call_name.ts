/** What a call is called that somebody else has named. */

import { uuid } from "../clock/mod.ts";
import type { DoorPhone } from "./door_phone.ts";

/**
 * The name that was given to a call, or one of our own where a call there is has that name: a dialplan
 * may give all of its calls the same.
 */
export function callName({ calls, random }: DoorPhone, given: string): string {
  return calls.some(({ id }) => id === given) ? uuid(random) : given;
}
