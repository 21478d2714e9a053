/** Ways to the telephone network, as a configuration file lists them. */

import * as v from "valibot";
import type { TrunkOptions } from "../../../phone/mod.ts";
import { parseUri } from "../../../sip/mod.ts";
import type { OptionKind } from "../option.ts";

const words = (rule: string) => v.pipe(v.string(rule), v.minLength(1, rule));

const server = v.pipe(
  v.string(),
  v.check((text) => parseUri(/^sip:/i.test(text) ? text : `sip:${text}`)?.scheme === "sip"),
);

const fields = v.strictObject({
  name: words("the name that calls and events say, a text"),
  server: v.message(server, "a host, or an address such as sip:10.0.0.9:5060"),
  domain: v.optional(words("a domain, a text")),
  username: v.optional(words("our name there, a text")),
  password: v.optional(words("our password there, a text")),
  passwordFile: v.optional(words("the path of a file that holds our password there")),
  realm: v.optional(words("the realm of the password, a text")),
  register: v.optional(v.boolean("true or false")),
  expiresS: v.optional(v.message(
    v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(86_400)),
    "a whole number of 10 to 86400, in seconds",
  )),
  from: v.optional(words("a number or an address, a text")),
  headers: v.optional(
    v.message(v.record(v.string(), v.string()), "fields of each call, by name, each a text"),
  ),
  transport: v.optional(v.picklist(["udp", "tcp"], "udp or tcp")),
});

const trunk = v.pipe(
  fields,
  v.forward(
    v.check(
      ({ register, username }) => register !== true || username !== undefined,
      "given where register is true",
    ),
    ["username"],
  ),
  v.forward(
    v.check(
      ({ password, passwordFile }) => password === undefined || passwordFile === undefined,
      "left out where passwordFile is given",
    ),
    ["password"],
  ),
);

/** A trunk of a file; its password may be in a file of its own. */
export type TrunkSetting = TrunkOptions & { readonly passwordFile?: string };

/** A list of trunks, each with a name of its own. */
export const trunks: OptionKind<readonly TrunkSetting[]> = {
  rule: "an array of trunks",
  parts: Object.keys(fields.entries),
  schema: v.pipe(
    v.array(trunk, "an array of trunks"),
    v.checkItems(
      ({ name }, index, all) => all.findIndex((other) => other.name === name) === index,
      "a trunk with a name of its own",
    ),
  ),
};

/** Where passwords stand in a list of trunks, whatever else is wrong with it. */
export function secretsOfTrunks(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: { password?: unknown } | null, index) =>
    typeof one?.password === "string" ? [`trunks[${index}].password`] : []
  );
}

/** The trunks without their passwords, to be shown. */
export function hideTrunkPasswords(value: unknown): unknown {
  return (value as readonly TrunkSetting[]).map((one) =>
    one.password === undefined ? one : { ...one, password: "***" }
  );
}
