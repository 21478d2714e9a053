/** All looks at an installation, in the order in which they make sense. */

import type { Clock } from "../../clock/mod.ts";
import type { EslClientOptions, EslControl } from "../../esl/mod.ts";
import { checkCall } from "./check_call.ts";
import { checkClock } from "./check_clock.ts";
import { checkDialplan, checkPlace } from "./check_dialplan.ts";
import { checkEventSocket } from "./check_event_socket.ts";
import { checkLine } from "./check_line.ts";
import { checkModules, checkVersion } from "./check_modules.ts";
import { checkPorts } from "./check_ports.ts";
import { checkGateways, checkProfile } from "./check_profile.ts";
import type { DoctorOptions } from "./doctor_options.ts";
import { DoctorTelephone } from "./doctor_telephone.ts";
import { failed, type Finding, ok, skipped } from "./finding.ts";
import { logInTo } from "./log_in_to.ts";

/** What the doctor works with. */
export interface DiagnoseOptions extends DoctorOptions {
  /** Time. */
  readonly clock: Clock;
  /** Opens the connection. @default by node:net */
  readonly openSocket?: EslClientOptions["openSocket"];
}

/** Looks at everything; what hinders one look does not hinder the next if that can be helped. */
export async function* diagnose(options: DiagnoseOptions): AsyncGenerator<Finding> {
  const { eslHost: host, eslPort: port, password, clock, openSocket } = options;
  const login = await logInTo({
    ...{ host, port, password, clock },
    ...(openSocket !== undefined && { openSocket }),
  });
  if ("finding" in login) return yield login.finding;
  const { client } = login;
  try {
    yield ok("event socket", `lets us in at ${host}:${port}`);
    yield* await checkEventSocket(client);
    yield await checkVersion(client);
    yield await checkModules(client);
    const profile = await checkProfile(client);
    yield* profile;
    yield* await checkGateways(client);
    yield await checkPorts(client, { ...options, isHere: isThisMachine(host) });
    const { findings, context } = await checkDialplan(client, options);
    yield* findings;
    yield await checkPlace(client, options);
    yield* await checkClock(client, clock);
    const hasProfile = profile.length > 1;
    yield* await checkCalls(client, options, hasProfile, context);
  } finally {
    client.close();
  }
}

async function checkCalls(
  control: EslControl,
  options: DiagnoseOptions,
  hasProfile: boolean,
  context: string | undefined,
): Promise<Finding[]> {
  if (!options.calls) return [skipped("line", "no calls are wanted")];
  if (!hasProfile) return [skipped("line", "there is no profile to call by")];
  let telephone: DoctorTelephone;
  try {
    telephone = await DoctorTelephone.start(options);
  } catch (error) {
    const fix = "set --sip-host to the address of this machine that FreeSWITCH reaches it by";
    return [failed("line", (error as Error).message, fix)];
  }
  await using _ = telephone;
  const line = await checkLine(control, telephone, options.clock);
  if (line.state !== "ok") return [line, skipped("call", "the line does not work")];
  if (context === undefined) {
    return [line, skipped("call", "the dialplan does not lead to the phone")];
  }
  return [line, await checkCall(control, telephone, { ...options, context })];
}

function isThisMachine(host: string): boolean {
  return /^(127\.|localhost$|::1$)/.test(host);
}
