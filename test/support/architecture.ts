/** The rules of the house that no compiler knows, as functions from sources to complaints. */
import { bareCode } from "./bare_code.ts";
import { type Import, importsOf } from "./imports_of.ts";

/** A file of the project: its path from the root, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const BASE = ["audio", "clock", "async"];
const STAGES = ["udp", "rtp", "codec", "resample", "tone", "vad", "turn", "backend", "pacing"];

/** Which folders of src a folder may import. The arrows of the design; read it from the bottom up. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = arrows();

function arrows(): Record<string, readonly string[]> {
  const may: Record<string, readonly string[]> = { audio: [], async: [], clock: ["async"] };
  for (const stage of STAGES) may[stage] = BASE;
  may.jitter = ["rtp", ...BASE];
  may.sip = ["udp", "clock", "async"];
  may.esl = ["clock", "async"];
  may.media = [...STAGES, "jitter", ...BASE];
  may.call = ["media", "sip", "esl", ...may.media];
  may.phone = ["call", ...may.call];
  for (const top of ["door", "telemetry", "testing"]) may[top] = ["phone", ...may.phone];
  may.http = ["door", "telemetry", ...may.door];
  may.cli = ["http", ...may.http];
  return may;
}

/** Foreign modules that only some folders may name, and the folders. */
const HOMES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(node:)?(net|dgram|tls|dns|http|https|http2)(\/|$)/, ["udp", "sip", "esl", "door"]],
  [/^(node:)?timers(\/|$)/, ["clock", "async"]],
  [/^@?hono(\/|-|$)/, ["http"]],
  [/^prom-client$/, ["telemetry"]],
  [/^@opentelemetry\//, ["telemetry"]],
  [/^modesl(\/|$)/, ["esl"]],
  [/^(redis|@redis\/.*)$/, ["call"]],
  [/^sdp-transform$/, ["sip"]],
  [/^opusscript$/, ["codec"]],
  [/^onnxruntime-/, ["vad"]],
  [/^@echogarden\/fvad-wasm/, ["vad"]],
  [/^@echogarden\/speex-resampler-wasm/, ["resample"]],
];

/** What only some folders may say, and the folders. */
const WORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bDeno\s*\.\s*(listen|listenDatagram|listenTls|connect|connectTls)\b/, ["udp", "sip", "esl"]],
  [/\bBun\s*\.\s*(udpSocket|listen|connect)\b/, ["udp", "sip", "esl"]],
  [/\b(Deno|Bun)\s*\.\s*serve\b/, ["http"]],
  [/(?<!\.\s*)\b(setTimeout|setInterval|setImmediate)\b/, ["clock", "async"]],
  [/\bAbortSignal\s*\.\s*timeout\b/, ["clock", "async"]],
  [/\bBun\s*\.\s*(sleep|sleepSync|nanoseconds)\b/, ["clock", "async"]],
  [/\bperformance\s*\.\s*(now|timeOrigin)\b|\bhrtime\b/, ["clock", "async"]],
  [/\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?!\s|\()|\bnew\s+Date\s*\(\s*\)/, ["clock"]],
  // src/async does what the library does that it stands for, whose retries spread by chance.
  [/\bMath\s*\.\s*random\b/, ["async"]],
  // What is optional, and has to be looked for.
  [/\bcreateRequire\b/, ["vad"]],
  // A library that writes to the terminal cannot be silenced: src logs by LogTape.
  [/\bconsole\s*\.\s*\w+/, []],
  [/\bgetRandomValues\b|\brandom(UUID|Bytes|Int)\b/, ["clock"]],
];

/** `src/udp/pool.ts` is of folder `udp`; a file elsewhere is of none. */
function folderOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? "";
}

/** `npm:opusscript@0.1.1/x` is `opusscript/x`. */
function bareName(specifier: string): string {
  return specifier.replace(/^npm:/, "").replace(/^(@?[^@]+)@[^/]+/, "$1");
}

/** The path, from the root, that a relative specifier means. */
function resolve(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** The path, from the root, of an imported file of src; `undefined` for a foreign module. */
function targetOf(from: string, specifier: string): string | undefined {
  if (specifier === "@std/async") return "src/async/mod.ts";
  return specifier.startsWith(".") ? resolve(from, specifier) : undefined;
}

function knownImports(file: SourceFile): (Import & { specifier: string })[] {
  const known = (one: Import): one is Import & { specifier: string } => one.specifier !== undefined;
  return importsOf(file.text).filter(known);
}

/** An import that goes against the arrows, or leaves src, or names the package from inside. */
export function againstTheArrows(file: SourceFile): string[] {
  const folder = folderOf(file.path);
  const may = ARROWS[folder];
  if (may === undefined) return [`${file.path}: the folder ${folder} is not in the design`];
  return knownImports(file).flatMap(({ specifier }) => {
    if (specifier.startsWith("@sofia/phone")) return [`${file.path}: imports itself by name`];
    const target = targetOf(file.path, specifier);
    if (target === undefined) return [];
    const there = folderOf(target);
    const ok = there === folder || may.includes(there);
    return ok ? [] : [`${file.path}: ${folder} may not import ${there || target}`];
  });
}

/** An import of another folder's file that is not one of the package's exports. */
export function pastTheFrontDoor(file: SourceFile, exported: readonly string[]): string[] {
  return knownImports(file).flatMap(({ specifier }) => {
    const target = targetOf(file.path, specifier);
    if (target === undefined || folderOf(target) === folderOf(file.path)) return [];
    return exported.includes(target) ? [] : [`${file.path}: ${target} is not exported`];
  });
}

/** A socket, timer, clock, source of chance or package outside of the folder that may have it. */
export function outOfItsHome(file: SourceFile): string[] {
  const folder = folderOf(file.path);
  const code = bareCode(file.text);
  const said = WORDS.flatMap(([word, homes]) => {
    const found = word.exec(code);
    return found !== null && !homes.includes(folder) ? [`${file.path}: says ${found[0]}`] : [];
  });
  const named = knownImports(file).flatMap(({ specifier }) => {
    const home = HOMES.find(([name]) => name.test(bareName(specifier)));
    const ok = home === undefined || home[1].includes(folder);
    return ok ? [] : [`${file.path}: imports ${specifier}`];
  });
  return [...said, ...named];
}

/** A module computed at run time, outside of the folders that load what a user names. */
export function loadsUnseen(file: SourceFile): string[] {
  const unseen = importsOf(file.text).some(({ specifier }) => specifier === undefined);
  // cli loads a user's backend; vad what is optional, which Deno would download if it could read it.
  return unseen && !["cli", "vad"].includes(folderOf(file.path))
    ? [`${file.path}: imports what it computes`]
    : [];
}

/** A default export, which gives one thing as many names as it has readers. */
export function exportsDefault(file: SourceFile): string[] {
  const found = /\bexport\s+default\b|\bas\s+default\b/.test(bareCode(file.text));
  return found ? [`${file.path}: has a default export`] : [];
}

/** A note to do it later, a test that silences the others, or one that is silent. */
export function leftBehind(file: SourceFile): string[] {
  const note = /\b(T[O]DO|F[I]XME|X[X]X)\b/.exec(file.text)?.[0];
  const silenced = /\b(test|it|describe)\s*\.\s*(only|todo|skip|failing)\b/;
  const only = silenced.exec(bareCode(file.text))?.[0];
  return [note, only].filter((found) => found !== undefined).map((found) =>
    `${file.path}: has ${found}`
  );
}

/** A file that should have been split. */
export function tooLong(file: SourceFile): string[] {
  const lines = file.text.split("\n").length - 1;
  return lines > 400 ? [`${file.path}: has ${lines} lines`] : [];
}

/** Optional packages that run at once when `entry` is imported, with the way there. */
export function loadedUnasked(
  files: readonly SourceFile[],
  entry: string,
  optional: readonly string[],
): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: string): void => {
    const file = byPath.get(path);
    if (file === undefined || seen.has(path)) return;
    seen.add(path);
    for (const { specifier, dynamic, typeOnly } of knownImports(file)) {
      if (dynamic || typeOnly) continue;
      const target = targetOf(path, specifier);
      if (target !== undefined) visit(target, `${way} > ${target}`);
      else if (optional.some((name) => `${bareName(specifier)}/`.startsWith(`${name}/`))) {
        found.push(`${way} > ${specifier}`);
      }
    }
  };
  visit(entry, entry);
  return found;
}
