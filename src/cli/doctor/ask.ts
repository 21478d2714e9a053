/** Questions to FreeSWITCH whose answer may be that there is none. */

import { type EslControl, EslRefusedError } from "../../esl/mod.ts";

/** What an API command says; empty when FreeSWITCH says `-ERR`, as it does of what it does not know. */
export async function ask(control: EslControl, command: string): Promise<string> {
  try {
    return (await control.api(command)).trim();
  } catch (error) {
    if (error instanceof EslRefusedError) return "";
    throw error;
  }
}

/** A variable of `vars.xml`; empty when there is none. */
export async function globalVariable(control: EslControl, name: string): Promise<string> {
  return await ask(control, `global_getvar ${name}`);
}

/** A configuration as FreeSWITCH has read it, such as `switch.conf`: its parameters by name. */
export async function configurationOf(
  control: EslControl,
  name: string,
): Promise<ReadonlyMap<string, string>> {
  return parametersIn(
    await ask(control, `xml_locate configuration configuration name ${name}`),
  );
}

/** The `<param name= value=>` in a piece of XML, and no others. */
export function parametersIn(xml: string): ReadonlyMap<string, string> {
  const found = xml.matchAll(/<param\s+name="([^"]*)"\s+value="([^"]*)"/g);
  return new Map(Array.from(found, ([, name, value]) => [name, unescapeXml(value)]));
}

/** The text in the first element of that name; undefined when there is none. */
export function elementIn(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found === undefined ? undefined : unescapeXml(found);
}

/** Text with the five entities of XML in the place of what they stand for. */
export function unescapeXml(text: string): string {
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name]);
}
