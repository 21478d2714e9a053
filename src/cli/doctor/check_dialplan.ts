/** Whether a caller of a number gets to the phone. */

import type { EslControl } from "../../esl/mod.ts";
import { ask, globalVariable, unescapeXml } from "./ask.ts";
import { failed, type Finding, ok, warning } from "./finding.ts";

const WHAT = "dialplan";
/** The extensions that belong together, of dialplan/default/sofia_phone.xml. */
const PARTS = [
  "sofia_phone",
  "sofia_phone_arriving",
  "sofia_phone_after",
  "sofia_phone_fallback",
];

/** What is expected of it. */
export interface DialplanOptions {
  /** The number. */
  readonly number: string;
  /** The context to look in. @default the first that has our extension */
  readonly context: string | undefined;
  /** Where the phone takes calls. */
  readonly sipHost: string;
  /** Where the phone takes calls. */
  readonly sipPort: number;
}

/** What was found, and in which context; undefined when no call can be made. */
export interface DialplanLook {
  readonly findings: readonly Finding[];
  readonly context: string | undefined;
}

/** Looks for our extension and whether it takes the number. */
export async function checkDialplan(
  control: EslControl,
  options: DialplanOptions,
): Promise<DialplanLook> {
  const { number } = options;
  const contexts = contextsIn(await ask(control, "xml_locate dialplan"));
  const { context = [...contexts].find(([, xml]) => hasExtension(xml, "sofia_phone"))?.[0] } =
    options;
  const xml = context === undefined ? undefined : contexts.get(context);
  const none = (found: string, fix: string): DialplanLook => ({
    findings: [failed(WHAT, found, fix)],
    context: undefined,
  });
  if (context === undefined) {
    return none(
      "no context has the extension sofia_phone",
      "copy dialplan/default/sofia_phone.xml into the folder of your callers' context, then: fs_cli -x reloadxml",
    );
  }
  if (xml === undefined) {
    return none(
      `there is no context ${context}`,
      `set --context to one of ${[...contexts.keys()].join(", ")}`,
    );
  }
  const missing = PARTS.filter((name) => !hasExtension(xml, name));
  if (missing.length > 0) {
    return none(
      `the context ${context} has no extension ${missing.join(", ")}`,
      "copy the whole of dialplan/default/sofia_phone.xml there, then: fs_cli -x reloadxml",
    );
  }
  const pattern = patternsIn(xml, "sofia_phone").find((one) => !takes(one, number));
  if (pattern !== undefined) {
    return none(
      `${number} is not one of ${pattern}`,
      "set sofia_phone_numbers in sofia_phone_vars.xml, or --number",
    );
  }
  const findings = [ok(WHAT, `${number} in ${context} goes to the phone`)];
  if (!contexts.has("sofia_phone_outbound")) {
    findings.push(warning(
      WHAT,
      "there is no context for calls that the phone makes",
      "copy dialplan/sofia_phone_outbound.xml, then: fs_cli -x reloadxml",
    ));
  }
  return { findings, context };
}

/** Whether the dialplan looks for the phone where it is. */
export async function checkPlace(control: EslControl, options: DialplanOptions): Promise<Finding> {
  const [host, port] = await Promise.all(
    ["sofia_phone_host", "sofia_phone_port"].map((name) => globalVariable(control, name)),
  );
  const there = `${host}:${port}`;
  const here = `${options.sipHost}:${options.sipPort}`;
  if (host === "") {
    return failed(
      "variables",
      "sofia_phone_host is not set",
      "include sofia_phone_vars.xml at the end of vars.xml, and start FreeSWITCH again",
    );
  }
  if (there === here) return ok("variables", `the phone is looked for at ${there}`);
  return failed(
    "variables",
    `FreeSWITCH looks for the phone at ${there}, and it is at ${here}`,
    "make sofia_phone_host and sofia_phone_port what SOFIA_PHONE_SIP_HOST and SOFIA_PHONE_SIP_PORT are",
  );
}

/** The contexts of a dialplan and what is in each. */
function contextsIn(xml: string): ReadonlyMap<string, string> {
  const found = xml.matchAll(/<context\s+name="([^"]*)"[^>]*>([^]*?)<\/context>/g);
  return new Map(Array.from(found, ([, name, inside]) => [name, inside]));
}

function hasExtension(xml: string, name: string): boolean {
  return patternsIn(xml, name).length > 0;
}

/** The expressions that a number has to match for an extension, all of them; none when it is not there. */
function patternsIn(xml: string, name: string): readonly string[] {
  const extension = new RegExp(`<extension\\s+name="${name}"[^>]*>([^]*?)</extension>`).exec(xml);
  const conditions = (extension?.[1] ?? "").matchAll(/<condition(?:\s+[\w-]+="[^"]*")*/g);
  return Array.from(conditions, ([condition]) => condition)
    .filter((condition) => /\sfield="destination_number"/.test(condition))
    .map((condition) => unescapeXml(/\sexpression="([^"]*)"/.exec(condition)?.[1] ?? ""));
}

/** Whether an expression of FreeSWITCH's matches. One that only PCRE understands is left to the call. */
function takes(pattern: string, number: string): boolean {
  try {
    // The very end, which is what a $ means here.
    return new RegExp(pattern.replaceAll("\\z", "$")).test(number);
  } catch {
    return true;
  }
}
