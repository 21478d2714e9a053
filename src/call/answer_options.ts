/** How a call that comes in is answered. */

import type { Backend } from "../backend/mod.ts";
import type { ExtraHeaders } from "../sip/mod.ts";
import type { AnyMenu } from "./ivr/mod.ts";

/** How a call is answered. */
export interface AnswerOptions {
  /** Who talks with this caller. @default the phone's */
  readonly voiceBackend?: Backend;
  /**
   * Menus that the caller is led through first, as by `runMenu` of the call.
   * @default those of the phone
   */
  readonly menu?: AnyMenu;
  /** Further fields of the answer: `{ "X-Queue": "sales" }`. @default {} */
  readonly headers?: ExtraHeaders;
}
