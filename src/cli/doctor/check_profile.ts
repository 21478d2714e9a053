/** Whether the end of FreeSWITCH that faces the phone is up, and speaks a language of ours. */

import type { EslControl } from "../../esl/mod.ts";
import { ask, elementIn, globalVariable } from "./ask.ts";
import { failed, type Finding, ok, warning } from "./finding.ts";

const PROFILE = "sofia_phone";
/** Names that FreeSWITCH has for codecs of ours. */
const OURS = /^(PCMU|PCMA|OPUS|L16)(@|$)/i;

/** The profile, the codecs of it, and who may call in by it. */
export async function checkProfile(control: EslControl): Promise<Finding[]> {
  const xml = await ask(control, `sofia xmlstatus profile ${PROFILE}`);
  const address = elementIn(xml, "sip-ip");
  if (address === undefined) {
    return [failed(
      "profile",
      `${PROFILE} is not running`,
      `copy sip_profiles/sofia_phone.xml, then: fs_cli -x reloadxml; fs_cli -x 'sofia profile ${PROFILE} start'; is its port free?`,
    )];
  }
  const url = elementIn(xml, "url")?.replace(/^sip:[^@]*@/, "") ?? address;
  return [
    ok("profile", `${PROFILE} is at ${url}, its sound at ${elementIn(xml, "rtp-ip")}`),
    await checkCodecs(control, elementIn(xml, "outbound-codecs") ?? ""),
    await checkList(control),
  ];
}

async function checkCodecs(control: EslControl, ofProfile: string): Promise<Finding> {
  const offered = (await globalVariable(control, "sofia_phone_codecs")).split(",");
  const names = ofProfile.toUpperCase().split(",");
  const good = offered.filter((name) => OURS.test(name));
  const known = good.filter((name) => names.includes(name.toUpperCase().split("@")[0]));
  if (known.length > 0) return ok("codecs", `offered: ${offered.join(", ")}`);
  return failed(
    "codecs",
    good.length > 0
      ? `the profile does not know ${good.join(", ")}`
      : `none that we speak is offered: ${offered.join(", ") || "none"}`,
    "set sofia_phone_codecs=PCMU in sofia_phone_vars.xml, then: fs_cli -x reloadxml",
  );
}

async function checkList(control: EslControl): Promise<Finding> {
  const list = await globalVariable(control, "sofia_phone_acl");
  const [inside, outside] = await Promise.all(
    ["127.0.0.1", "203.0.113.1"].map((address) => ask(control, `acl ${address} ${list}`)),
  );
  if (list === "" || outside === "true") {
    return failed(
      "who may call",
      `the list ${list || "of sofia_phone_acl, which is not set,"} lets anybody call out`,
      "set sofia_phone_acl=loopback.auto, or the network of the phone, in sofia_phone_vars.xml",
    );
  }
  if (inside === "true") return ok("who may call", `only ${list}, by the profile of the phone`);
  return warning(
    "who may call",
    `the list ${list} does not have this machine`,
    "right if the phone runs on another; otherwise set sofia_phone_acl=loopback.auto",
  );
}

/** Trunks that are not in service. */
export async function checkGateways(control: EslControl): Promise<Finding[]> {
  const xml = await ask(control, "sofia xmlstatus gateway");
  const gateways = Array.from(xml.matchAll(/<gateway>[^]*?<\/gateway>/g), ([one]) => one);
  return gateways.map((one) => {
    const name = elementIn(one, "name") ?? "?";
    const state = elementIn(one, "state") ?? "?";
    const status = elementIn(one, "status") ?? "?";
    if (/^(REGED|NOREG)$/.test(state) && status !== "DOWN") {
      return ok("gateway", `${name}: ${state}, ${status}`);
    }
    return failed(
      "gateway",
      `${name}: ${state}, ${status}`,
      `see its name and password, and: fs_cli -x 'sofia status gateway ${name}' (TRUNKS.md)`,
    );
  });
}
