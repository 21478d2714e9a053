/** One browser for all the tests of a file. */
import { afterAll } from "bun:test";
import { Chromium, type ChromiumOptions } from "./chromium.ts";

/** The browser of a test file: started when it is first asked for, and ended after the file's tests. */
export function chromiumOfFile(options: ChromiumOptions = {}): () => Promise<Chromium> {
  let started: Promise<Chromium> | undefined;
  afterAll(async () => {
    await (await started?.catch(() => undefined))?.[Symbol.asyncDispose]();
  });
  return () => started ??= Chromium.start(options);
}
