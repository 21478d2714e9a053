/** Ways in besides SIP. */

import type { OptionTable } from "../option.ts";
import { ipAddress, listeningPortOrOff, onOff, text } from "../option_kinds.ts";

/** Ways in besides SIP. */
export interface DoorSettings {
  /** The port for Asterisk's AudioSocket, or `off` for none. */
  readonly audiosocketPort: number | "off";
  /** Its address. */
  readonly audiosocketHost: string;
  /** Whether Twilio's media streams are taken by the HTTP server. */
  readonly twilio: boolean;
  /** What Twilio signs its requests with; undefined for not checking that. */
  readonly twilioAuthToken: string | undefined;
}

/** Their table. */
export const doors: OptionTable<DoorSettings> = {
  audiosocketPort: {
    ...listeningPortOrOff(),
    fallback: "off",
    what: "port for calls by Asterisk's AudioSocket",
  },
  audiosocketHost: {
    ...ipAddress("an IP address of this machine, or 0.0.0.0 for all"),
    fallback: "127.0.0.1",
    what: "its address; AudioSocket asks for no password, so let only Asterisk reach it",
  },
  twilio: {
    ...onOff(),
    fallback: false,
    what: "whether the HTTP server takes calls by Twilio's media streams",
  },
  twilioAuthToken: {
    ...text("the auth token of the Twilio account", /^[\x21-\x7e]+$/),
    isSecret: true,
    what: "what Twilio signs its requests with; needed for --twilio on",
  },
};
