/** Whether there are ports enough for all sound, and each belongs to one program. */

import type { EslControl } from "../../esl/mod.ts";
import { ask, configurationOf } from "./ask.ts";
import { failed, type Finding, ok, warning } from "./finding.ts";

/** What FreeSWITCH takes when nothing is said. */
const USUAL = { start: 16_384, end: 32_768 };

/** What there is to compare with. */
export interface PortOptions {
  /** The phone's first port for sound. */
  readonly rtpStartPort: number;
  /** The phone's last port for sound. */
  readonly rtpEndPort: number;
  /** Whether FreeSWITCH is on the phone's machine. */
  readonly isHere: boolean;
}

/** Each call takes two ports of FreeSWITCH on each of its two legs. */
export async function checkPorts(control: EslControl, options: PortOptions): Promise<Finding> {
  const { rtpStartPort, rtpEndPort, isHere } = options;
  const settings = await configurationOf(control, "switch.conf");
  const start = Number(settings.get("rtp-start-port") ?? USUAL.start);
  const end = Number(settings.get("rtp-end-port") ?? USUAL.end);
  const theirs = `FreeSWITCH ${start}-${end}`;
  const ours = `the phone ${rtpStartPort}-${rtpEndPort}`;
  if (isHere && rtpStartPort <= end && start <= rtpEndPort) {
    return failed(
      "RTP ports",
      `${theirs} and ${ours} overlap`,
      "set SOFIA_PHONE_RTP_START_PORT and SOFIA_PHONE_RTP_END_PORT, or rtp_start_port and rtp_end_port of FreeSWITCH, apart",
    );
  }
  const calls = Math.floor((end - start + 1) / 4);
  const most = Number(/(\d+) session\(s\) max/.exec(await ask(control, "status"))?.[1] ?? 0);
  if (calls < Math.min(most / 2, 25)) {
    return warning(
      "RTP ports",
      `${theirs} is enough for ${calls} calls, and its sessions for ${Math.floor(most / 2)}`,
      "raise rtp-end-port of switch.conf.xml, and open the ports in the firewall (VPS.md)",
    );
  }
  return ok("RTP ports", `${theirs}, for ${calls} calls; ${ours}`);
}
