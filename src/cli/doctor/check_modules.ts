/** Whether FreeSWITCH is new enough and has loaded what our dialplan uses. */

import type { EslControl } from "../../esl/mod.ts";
import { ask, globalVariable } from "./ask.ts";
import { failed, type Finding, ok } from "./finding.ts";

/** Of which version our files are. */
const LEAST = [1, 10];
const ALWAYS = [
  "mod_sofia",
  "mod_dptools",
  "mod_commands",
  "mod_dialplan_xml",
  "mod_expr",
  "mod_tone_stream",
];

/** The version of FreeSWITCH. */
export async function checkVersion(control: EslControl): Promise<Finding> {
  const text = await ask(control, "version short");
  const [major, minor] = (/^(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) {
    return ok("version", `FreeSWITCH ${text}`);
  }
  return failed("version", `it is ${text || "unknown"}`, "install FreeSWITCH 1.10 or later");
}

/** The modules that the dialplan needs, by what its variables say. */
export async function checkModules(control: EslControl): Promise<Finding> {
  const [codecs, music, pause, mailbox] = await Promise.all(
    ["codecs", "music", "pause", "mailbox"].map((name) =>
      globalVariable(control, `sofia_phone_${name}`)
    ),
  );
  const sounds = `${music} ${pause}`;
  const needed = [
    ...ALWAYS,
    ...(/opus/i.test(codecs) ? ["mod_opus"] : []),
    ...(sounds.includes("local_stream:") ? ["mod_local_stream"] : []),
    ...(/\.wav\b/i.test(sounds) ? ["mod_sndfile"] : []),
    ...(mailbox === "" ? [] : ["mod_voicemail"]),
  ];
  const answers = await Promise.all(needed.map((name) => ask(control, `module_exists ${name}`)));
  const missing = needed.filter((_, i) => answers[i] !== "true");
  if (missing.length === 0) return ok("modules", `${needed.length} of ${needed.length} are there`);
  return failed(
    "modules",
    `not loaded: ${missing.join(", ")}`,
    `fs_cli -x 'load ${missing[0]}' (Debian: freeswitch-${
      missing[0].replace("_", "-")
    }), and a line in modules.conf.xml`,
  );
}
