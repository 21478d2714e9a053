/** Where calls come in and go out. */

import * as v from "valibot";
import type { TrunkOptions } from "../../../phone/mod.ts";
import type { OptionTable } from "../option.ts";
import { ipAddress, list, listeningPort, whole } from "../option_kinds.ts";
import { hideTrunkPasswords, secretsOfTrunks, trunks } from "./trunks.ts";

/** Where calls come in and go out. */
export interface LineSettings {
  /** The address to take calls on. */
  readonly sipHost: string;
  /** The port to take calls on, UDP and TCP. */
  readonly sipPort: number;
  /** The address callers are told to send to, where it is not {@link sipHost}. */
  readonly advertisedHost: string | undefined;
  /** The first port for sound. */
  readonly rtpStartPort: number;
  /** The last port for sound. */
  readonly rtpEndPort: number;
  /** The codecs, best first. */
  readonly codecs: readonly string[];
  /** The ways to the telephone network. */
  readonly trunks: readonly TrunkOptions[];
}

const CODECS = ["PCMU", "PCMA", "opus", "L16"] as const;

/** One of them, however it is written. */
const codec = v.pipe(
  v.string(),
  v.transform((said) => CODECS.find((name) => name.toLowerCase() === said.toLowerCase()) ?? said),
  v.picklist(CODECS),
);

/** Their table. */
export const lines: OptionTable<LineSettings> = {
  sipHost: {
    ...ipAddress("an IP address of this machine, or 0.0.0.0 for all"),
    fallback: "127.0.0.1",
    what: "address to take calls on",
  },
  sipPort: {
    ...listeningPort(),
    fallback: 5070,
    what: "port to take calls on, UDP and TCP",
  },
  advertisedHost: {
    ...ipAddress(),
    what: "address callers are told, behind NAT or with 0.0.0.0",
  },
  rtpStartPort: {
    ...whole(1024, 65_535),
    fallback: 10_000,
    what: "first port for sound",
  },
  rtpEndPort: {
    ...whole(1024, 65_535),
    fallback: 14_999,
    what: "last port for sound; each call takes two, which rest for 5 s after it",
  },
  codecs: {
    ...list("some of PCMU, PCMA, opus and L16, with commas between them", codec),
    fallback: CODECS,
    what: "codecs, best first",
  },
  trunks: {
    ...trunks,
    fallback: [],
    places: ["file"],
    what: "ways to the telephone network, for calls out and for registrations",
    secretsIn: secretsOfTrunks,
    shown: hideTrunkPasswords,
  },
};
