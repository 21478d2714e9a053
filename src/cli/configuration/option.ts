/** One thing the program can be told: what it is, which values it takes, and where it can be said. */

import type * as v from "valibot";

/** Where an option can be said. A flag wins over the environment, and that over the file. */
export type OptionPlace = "flag" | "environment" | "file";

/** The values an option takes. */
export interface OptionKind<Value> {
  /** What a value is, in words that finish the sentence "--name is ...". */
  readonly rule: string;
  /** From a text, or from what JSON says, to the value. */
  readonly schema: v.GenericSchema<unknown, Value>;
  /** A flag of it may stand alone, and is `on` then. */
  readonly isSwitch?: boolean;
  /** The names of its parts, where it has any: each complaint about one is told by the part's path. */
  readonly parts?: readonly string[];
}

/** An option. Its name is that of the property in the table, in camelCase. */
export interface Option<Value> extends OptionKind<NonNullable<Value>> {
  /** What it is for, in words that need no full stop. */
  readonly what: string;
  /** The value where nothing is said. @default none */
  readonly fallback?: Value;
  /** Where it can be said. @default everywhere; a secret never as a flag */
  readonly places?: readonly OptionPlace[];
  /** Variables that mean the same, by names that are known from elsewhere. @default [] */
  readonly otherVariables?: readonly string[];
  /** It is never printed, is no flag, and can be in a file of its own that `<VARIABLE>_FILE` names. */
  readonly isSecret?: boolean;
  /** What of a value must not be read by everybody, by path: `["trunks[0].password"]`. @default nothing */
  readonly secretsIn?: (value: unknown) => readonly string[];
  /** A value as it may be printed. @default as it is, and `***` for a secret */
  readonly shown?: (value: unknown) => unknown;
}

/** Options by their names. */
export type OptionTable<Settings> = {
  readonly [Name in keyof Settings]-?: Option<Settings[Name]>;
};

/** Options of any kind, by their names. */
export type AnyOptions = Readonly<Record<string, Option<unknown>>>;

/** `sipPort` is `sip-port`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `sipPort` is `SOFIA_PHONE_SIP_PORT`. */
export function variableOf(name: string): string {
  return `SOFIA_PHONE_${flagOf(name).toUpperCase().replaceAll("-", "_")}`;
}

/** Whether an option can be said there. */
export function canBeSaid({ places, isSecret }: Option<unknown>, place: OptionPlace): boolean {
  return places === undefined ? !(isSecret && place === "flag") : places.includes(place);
}

/** How an option is called in a complaint: by its flag and its variable, or by what it has of them. */
export function titleOf(name: string, option: Option<unknown>): string {
  if (!canBeSaid(option, "environment")) {
    return canBeSaid(option, "flag") ? `--${flagOf(name)}` : `"${name}"`;
  }
  if (!canBeSaid(option, "flag")) return variableOf(name);
  return `--${flagOf(name)} (${variableOf(name)})`;
}
