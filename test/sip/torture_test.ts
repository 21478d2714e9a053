import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { sdpBytes } from "../support/sip_peer.ts";
import { SipWire, startLines } from "../support/sip_wire.ts";

const folder = new URL("../../../shared/fixtures/sip/rfc4475/", import.meta.url);
const isAbsent = !existsSync(folder);
const label = isAbsent
  ? "a user agent under RFC 4475 (skipped: ../shared/fixtures is absent)"
  : "a user agent under RFC 4475";

describe.skipIf(isAbsent)(label, () => {
  test.each<[file: string, answer: number | undefined, why: string]>([
    ["badaspec", 200, "3.1.2.15: what is needed can be read"],
    ["badbranch", 200, "3.2.1: the branch is no unique one, the rest is good"],
    ["baddate", 200, "3.1.2.12: nobody needs the date"],
    ["baddn", 200, "3.1.2.14: the name can be read"],
    ["badinv01", 400, "3.1.2.1: separators where there must be none"],
    ["badvers", 505, "3.1.2.16: SIP/7.0"],
    ["bcast", undefined, "3.3.2: a response that is not for us is dropped"],
    ["bext01", 420, "3.3.1: extensions nobody has"],
    ["bigcode", undefined, "3.1.2.19: no status, so no response"],
    ["clerr", 400, "3.1.2.2: more body promised than there is"],
    ["cparam01", 405, "3.3.13: REGISTER, which is not for us"],
    ["dblreq", 405, "3.1.1.8: what follows the body is no message"],
    ["esc01", 200, "3.1.1.3: escapes in URIs"],
    ["esc02", 405, "3.1.1.5: a method with a percent sign is none we know"],
    ["escnull", 405, "3.1.1.4: escaped NULs"],
    ["escruri", 400, "3.1.2.11: a Request-URI with headers"],
    ["insuf", 400, "3.3.3: From, To, Call-ID and CSeq missing"],
    ["intmeth", 405, "3.1.1.2: every character that a method may have"],
    ["inv2543", 200, "3.4.1: an INVITE of RFC 2543"],
    ["invut", 415, "3.3.6: a body of unknown type"],
    ["longreq", 200, "3.1.1.7: long values"],
    ["ltgtruri", 400, "3.1.2.7: angle brackets around the Request-URI"],
    ["lwsdisp", 200, "3.1.1.6: no space before the angle bracket"],
    ["lwsruri", 400, "3.1.2.8: spaces in the Request-URI"],
    ["lwsstart", 400, "3.1.2.9: several spaces in the start line"],
    ["mcl01", 400, "3.3.9: two lengths"],
    ["mismatch01", 400, "3.1.2.17: CSeq names another method"],
    ["mismatch02", 400, "3.1.2.18: CSeq names another method, and ours is unknown"],
    ["mpart01", 405, "3.1.1.11: MESSAGE with a signed body"],
    ["multi01", 400, "3.3.8: several values where one must stand"],
    ["ncl", 400, "3.1.2.3: a negative length"],
    ["noreason", undefined, "3.1.1.13: a response to nothing"],
    ["novelsc", 416, "3.3.4: a scheme that nobody knows, and that is no SIP"],
    ["quotbal", 400, "3.1.2.6: a quote without end"],
    ["regaut01", 405, "3.3.7: REGISTER"],
    ["regbadct", 400, "3.1.2.13: a Contact that cannot be read"],
    ["scalar02", 400, "3.1.2.4: numbers too large"],
    ["scalarlg", undefined, "3.1.2.5: a response with numbers too large is dropped"],
    ["sdp01", 406, "3.3.10: no session description is accepted"],
    ["semiuri", 200, "3.1.1.9: semicolons in the user"],
    ["transports", 200, "3.1.1.10: transports we do not have, in Vias below the first"],
    ["trws", 400, "3.1.2.10: a space behind the start line"],
    ["unkscm", 416, "3.3.5: a scheme that nobody knows"],
    ["unksm2", 405, "3.3.11: REGISTER, whatever its To"],
    ["unreason", undefined, "3.1.1.12: a response to nothing"],
    ["wsinv", 481, "3.1.1.1: within a dialog that is not ours"],
    ["zeromf", 200, "3.3.12: Max-Forwards 0 does not concern an endpoint"],
  ])("answers %s with %s, %s", async (file, answer) => {
    const wire = await SipWire.open({ onInvite: (call) => void call.answer(sdpBytes("answer")) });
    const sent = await wire.udp(new Uint8Array(readFileSync(new URL(`${file}.dat`, folder))));
    const statuses = startLines(sent).map((line) => Number(line.split(" ")[1]));
    expect(statuses).toEqual(answer === undefined ? [] : [answer]);
    expect(wire.agent.counters.faults.internal).toBeUndefined();
  });
});
