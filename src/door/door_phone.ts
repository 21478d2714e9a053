/** A phone, as its doors see it. */

import type { Call, DoorLeg } from "../call/mod.ts";
import type { Clock, Random } from "../clock/mod.ts";

/** What a door needs of a `PhoneHandler`. */
export interface DoorPhone {
  /** Time, as its calls have it. */
  readonly clock: Clock;
  /** Where its chance comes from. */
  readonly random: Random;
  /** The calls there are. */
  readonly calls: readonly Pick<Call, "id">[];
  /** Takes a call; undefined when it was refused, which its leg was told. */
  take(leg: DoorLeg): Call | undefined;
}
