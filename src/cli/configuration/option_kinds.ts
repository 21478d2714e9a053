/** The kinds of values that options take. */

import * as v from "valibot";
import type { OptionKind } from "./option.ts";

/** A whole number of `least` to `most`; JSON may say it as a number or as a text. */
export function whole(least: number, most: number): OptionKind<number> {
  return { rule: `a whole number of ${least} to ${most}`, schema: wholeSchema(least, most) };
}

/** The same, or `off`. */
export function wholeOrOff(least: number, most: number): OptionKind<number | "off"> {
  return {
    rule: `a whole number of ${least} to ${most}, or off`,
    schema: v.union([off, wholeSchema(least, most)]),
  };
}

/** A port to listen on, where 0 is any free one. */
export function listeningPort(): OptionKind<number> {
  return { rule: "a whole number of 0 (any free one) to 65535", schema: wholeSchema(0, 65_535) };
}

/** The same, or `off` to listen on none. */
export function listeningPortOrOff(): OptionKind<number | "off"> {
  return {
    rule: "a whole number of 0 (any free one) to 65535, or off",
    schema: v.union([off, wholeSchema(0, 65_535)]),
  };
}

/** One of a few words. */
export function choice<const Word extends string>(...words: readonly Word[]): OptionKind<Word> {
  const rule = words.join(", ").replace(/, ([^,]+)$/, " or $1");
  return { rule, schema: v.pipe(v.string(), v.toLowerCase(), v.picklist(words)) };
}

/** `on` or `off`; also as `true` and `false`, 1 and 0, by which other programs are told. */
export function onOff(): OptionKind<boolean> {
  return { rule: "on or off", isSwitch: true, schema: v.pipe(onOffText, onOffValue) };
}

/** `on`, `off` or `auto`. */
export function onOffAuto(): OptionKind<boolean | "auto"> {
  return {
    rule: "on, off or auto",
    isSwitch: true,
    schema: v.union([v.literal("auto"), v.pipe(onOffText, onOffValue)]),
  };
}

/** Any text but none, as `rule` describes it. */
export function text(rule: string, pattern = /^[^\0]+$/): OptionKind<string> {
  return { rule, schema: v.pipe(v.string(), v.regex(pattern)) };
}

/** An address of IPv4 or IPv6, as `rule` describes it. */
export function ipAddress(rule = "an IP address"): OptionKind<string> {
  return { rule, schema: v.pipe(v.string(), v.ip()) };
}

/** A host by its name or its address. */
export function host(): OptionKind<string> {
  return text("a host or an address", /^[\w.:-]+$/);
}

/** Several texts: an array in JSON, with commas between them elsewhere. */
export function list<Item extends string>(
  rule: string,
  item: v.GenericSchema<string, Item>,
): OptionKind<readonly Item[]> {
  const parts = v.union([
    v.array(v.string()),
    v.pipe(v.string(), v.transform((said) => said.split(",").map((part) => part.trim()))),
  ]);
  return { rule, schema: v.pipe(parts, v.array(item), v.nonEmpty()) };
}

/** Several addresses. */
export function ipAddresses(): OptionKind<readonly string[]> {
  return list("addresses of IPv4 or IPv6, with commas between them", v.pipe(v.string(), v.ip()));
}

/** An address in the web, without what comes behind `?` and `#` and with no slash at its end. */
export function webAddress(rule: string): OptionKind<string> {
  return {
    rule,
    schema: v.pipe(
      v.string(),
      v.url(),
      v.regex(/^https?:\/\/[^?#@]+$/),
      v.transform((address) => address.replace(/\/+$/, "")),
    ),
  };
}

const off = v.literal("off");

const onOffText = v.union([v.boolean(), v.picklist(["on", "off", "true", "false", "1", "0"])]);

const onOffValue = v.transform((said: v.InferOutput<typeof onOffText>) =>
  said === true || said === "on" || said === "true" || said === "1"
);

function wholeSchema(least: number, most: number): v.GenericSchema<unknown, number> {
  const written = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
  return v.pipe(
    v.union([v.number(), written]),
    v.integer(),
    v.minValue(least),
    v.maxValue(most),
  );
}
