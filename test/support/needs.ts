/** What the machine has not, said out loud, so that a skipped test is not taken for a passed one. */
import { createRequire } from "node:module";
import process from "node:process";
import { hasProgram } from "./program.ts";

/** Where the programs the tests call with come from. */
const PACKAGES: Readonly<Record<string, string>> = {
  sipp: "sip-tester",
  sipsak: "sipsak",
  sox: "sox",
  baresip: "baresip-core",
  flite: "flite",
  kamailio: "kamailio",
  caddy: "caddy",
  nginx: "nginx-light",
  openssl: "openssl",
  prometheus: "prometheus",
  promtool: "prometheus",
  "redis-server": "redis-server",
  shellcheck: "shellcheck",
  "systemd-analyze": "systemd",
  pocketsphinx_continuous: "pocketsphinx and pocketsphinx-en-us",
};

const said = new Set<string>();

/** Whether any of these programs is missing; says once which, and how to get it. */
export function lacks(...programs: readonly string[]): boolean {
  const missing = programs.filter((name) => !hasProgram(name));
  for (const name of missing) skipped(`${name} is not here; Debian has it as ${PACKAGES[name]}`);
  return missing.length > 0;
}

const CHROMIUMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Chromium or its like: the one that CHROMIUM_BIN names, or one on the PATH, or none. */
export function findChromium(): string | undefined {
  return process.env.CHROMIUM_BIN || CHROMIUMS.find(hasProgram);
}

/** Whether there is no Chromium to open pages with; says how to get one. */
export function lacksChromium(): boolean {
  const missing = findChromium() === undefined;
  if (missing) {
    skipped("chromium is not here; Debian has it as chromium, or CHROMIUM_BIN names one");
  }
  return missing;
}

/** Whether these tests may not open raw sockets, which sipp plays recordings through. */
export function lacksRawSockets(): boolean {
  const missing = process.getuid?.() !== 0;
  if (missing) skipped("sipp plays recordings through a raw socket, which is for root");
  return missing;
}

/** Whether the machine has no /proc to count sockets and memory in. */
export function lacksProc(): boolean {
  const missing = process.platform !== "linux";
  if (missing) skipped("sockets and memory of another process are counted in /proc, on Linux");
  return missing;
}

/** Whether the optional packages that Silero runs on are missing; says how to get them. */
export function lacksSilero(): boolean {
  try {
    const { resolve } = createRequire(import.meta.url);
    for (const name of ["onnxruntime-node", "@ricky0123/vad-web"]) resolve(name);
    return false;
  } catch {
    skipped("onnxruntime-node and @ricky0123/vad-web are not here; .ci/silero gets them");
    return true;
  }
}

function skipped(why: string): void {
  if (said.has(why)) return;
  said.add(why);
  process.stdout.write(`skipped: ${why}\n`);
}
