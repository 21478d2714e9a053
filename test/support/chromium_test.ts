import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Chromium } from "./chromium.ts";
import { chromiumOfFile } from "./chromium_of_file.ts";
import { lacksChromium, lacksProc } from "./needs.ts";
import { eventually } from "./wait.ts";

const chromium = chromiumOfFile();

/** How many processes have a word among their arguments. */
function processesWith(word: string): number {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(word);
    } catch {
      // It ended between the two looks.
      return false;
    }
  }).length;
}

describe.skipIf(lacksChromium())("Chromium", () => {
  test("opens a page of the size and the colours that were asked for", async () => {
    const page = await (await chromium()).openPage("data:text/html,<title>hello", {
      width: 360,
      height: 640,
      dark: true,
    });
    expect(await page.title()).toBe("hello");
    const seen = await page.evaluate(
      "[innerWidth, innerHeight, matchMedia('(prefers-color-scheme: dark)').matches]",
    );
    expect(seen).toEqual([360, 640, true]);
    await page.close();
  }, 60_000);

  test.skipIf(lacksProc())("leaves no process and no folder when it is ended", async () => {
    const other = await Chromium.start();
    const folder = readFileSync(`/proc/${other.pid}/cmdline`, "utf8")
      .match(/--user-data-dir=(.*?)\/profile/)?.[1] ?? "";
    await other.openPage("about:blank");
    expect(processesWith(folder)).toBeGreaterThan(1);
    await other[Symbol.asyncDispose]();
    await eventually("its processes are gone", () => processesWith(folder) === 0);
    expect(existsSync(folder)).toBe(false);
  }, 60_000);
});
