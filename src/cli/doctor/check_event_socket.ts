/** Who else could command this FreeSWITCH. */

import type { EslControl } from "../../esl/mod.ts";
import { configurationOf } from "./ask.ts";
import { failed, type Finding, ok, warning } from "./finding.ts";

const WHAT = "event socket";
/** What FreeSWITCH comes with, and everybody tries first. */
const WELL_KNOWN = "ClueCon";

/** Whether the event socket is open to others: whoever gets in runs commands of the shell. */
export async function checkEventSocket(control: EslControl): Promise<Finding[]> {
  const settings = await configurationOf(control, "event_socket.conf");
  const address = settings.get("listen-ip") ?? "";
  const list = settings.get("apply-inbound-acl") ?? "";
  const findings: Finding[] = [];
  if (settings.get("password") === WELL_KNOWN) {
    findings.push(failed(
      WHAT,
      `its password is ${WELL_KNOWN}, which everybody knows`,
      "set one of your own in event_socket.conf.xml: openssl rand -hex 16",
    ));
  }
  if (isOpen(address) && list === "") {
    findings.push(failed(
      WHAT,
      `it listens on ${address} and no list says who may connect`,
      'set listen-ip to 127.0.0.1 in event_socket.conf.xml, or <param name="apply-inbound-acl" value="loopback.auto"/>',
    ));
  } else if (isOpen(address)) {
    findings.push(warning(
      WHAT,
      `it listens on ${address}; the list ${list} says who may connect`,
      "keep its port out of the firewall all the same",
    ));
  }
  if (findings.length === 0 && address !== "") {
    findings.push(ok(WHAT, `listens on ${address} only${list === "" ? "" : `, for ${list}`}`));
  }
  return findings;
}

/** Whether other machines reach it. */
function isOpen(address: string): boolean {
  return address !== "" && !/^(127\.|::1$|localhost$)/.test(address);
}
