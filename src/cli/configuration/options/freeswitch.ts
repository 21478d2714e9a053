/** The event socket of the FreeSWITCH in front of us. */

import type { OptionTable } from "../option.ts";
import { host, text, whole } from "../option_kinds.ts";

/** The event socket. */
export interface FreeSwitchSettings {
  /** The host of FreeSWITCH's event socket. */
  readonly eslHost: string;
  /** Its port. */
  readonly eslPort: number;
  /** Its password; undefined for no event socket. */
  readonly eslPassword: string | undefined;
}

/** Their table. */
export const freeswitch: OptionTable<FreeSwitchSettings> = {
  eslHost: {
    ...host(),
    fallback: "127.0.0.1",
    what: "where FreeSWITCH's event socket is; transfers and more need it",
  },
  eslPort: {
    ...whole(1, 65_535),
    fallback: 8021,
    what: "its port",
  },
  eslPassword: {
    ...text("one line of text", /^[^\0\r\n]+$/),
    isSecret: true,
    what: "its password; without it there is no event socket",
  },
};
