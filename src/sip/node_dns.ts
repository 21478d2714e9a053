/** Host names by `node:dns`, which all runtimes have. */

import { lookup } from "node:dns/promises";

/** The first address of a host. @throws the error of the system when there is none */
export async function lookupHost(host: string): Promise<string> {
  const { address } = await lookup(host);
  return address;
}
