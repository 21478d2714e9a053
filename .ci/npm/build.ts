/**
 * Builds the package for npm into dist/npm: JavaScript, types, and a package.json with every subpath.
 *
 * Run it with `bun run npm` or `deno task npm`; `npm pack ./dist/npm` makes a file of it to install.
 */

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compiledModule, textsIn } from "./compiled_module.ts";
import { filesBelow } from "./files_below.ts";
import { npmPackage, type SourcePackage } from "./npm_package.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OUT = join(ROOT, "dist/npm");

const BIN = `#!/usr/bin/env bun
import { argv, exit } from "node:process";
import { main } from "../src/cli/mod.js";

exit(await main(argv.slice(2)));
`;

rmSync(OUT, { recursive: true, force: true });
execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", join(ROOT, ".ci/npm/tsconfig.json")], {
  stdio: "inherit",
});

for (const path of filesBelow(OUT)) {
  const text = readFileSync(join(OUT, path), "utf8");
  for (const asset of textsIn(path, text)) {
    const content = readFileSync(join(ROOT, asset), "utf8");
    write(`${asset}.js`, `export default ${JSON.stringify(content)};\n`);
    write(`${asset}.d.ts`, "declare const text: string;\nexport default text;\n");
  }
  write(path, compiledModule(path, text));
}

const source = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as SourcePackage;
write("package.json", `${JSON.stringify(npmPackage(source), undefined, 2)}\n`);
write("bin/sofia-phone.js", BIN);
chmodSync(join(OUT, "bin/sofia-phone.js"), 0o755);
for (const path of ["README.md", "LICENSE", "CHANGES.md", "examples/speech/hello.wav"]) {
  mkdirSync(dirname(join(OUT, path)), { recursive: true });
  cpSync(join(ROOT, path), join(OUT, path));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(OUT, path)), { recursive: true });
  writeFileSync(join(OUT, path), text);
}
