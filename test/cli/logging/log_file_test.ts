import { describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "../../../src/clock/mod.ts";
import type { LogDisk } from "../../../src/cli/logging/log_disk.ts";
import { LogFile, type LogFileOptions } from "../../../src/cli/logging/log_file.ts";

/** Runs `use` with a folder that is gone afterwards. */
async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "log-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A log in `path` that fails the test when it cannot be written. */
function logFile(path: string, options: Partial<LogFileOptions> = {}): LogFile {
  const onError = (error: Error) => {
    throw error;
  };
  return new LogFile({ path, clock: new VirtualClock(), onError, ...options });
}

/** A disk that takes what it is given until it is told that it is full. */
class FullDisk implements LogDisk {
  text = "";
  isFull = false;
  tries = 0;

  append(_path: string, text: string): Promise<number> {
    this.tries++;
    if (this.isFull) return Promise.reject(new Error("ENOSPC: no space left on device, write"));
    this.text += text;
    return Promise.resolve(this.text.length);
  }

  rename(): Promise<void> {
    return Promise.resolve();
  }
}

describe("LogFile", () => {
  test("writes lines in order into a folder that it makes, for its owner and group", () =>
    inFolder(async (folder) => {
      const path = join(folder, "a/b/phone.log");
      const file = logFile(path);
      for (let line = 0; line < 100; line++) file.write(`${line}\n`);
      await file.flush();
      expect(readFileSync(path, "utf8")).toBe(
        Array.from({ length: 100 }, (_, i) => `${i}\n`).join(""),
      );
    }));

  test("begins a new file at its size, and keeps so many old ones", () =>
    inFolder(async (folder) => {
      const path = join(folder, "phone.log");
      const file = logFile(path, { rotateBytes: 25, rotateFiles: 2 });
      for (let line = 0; line < 7; line++) {
        file.write(`line ${line} ..\n`);
        await file.flush();
      }
      expect(readdirSync(folder).sort()).toEqual(["phone.log", "phone.log.1", "phone.log.2"]);
      const lines = ["phone.log.2", "phone.log.1", "phone.log"].map((name) =>
        readFileSync(join(folder, name), "utf8")
      );
      expect(lines).toEqual(["line 2 ..\nline 3 ..\n", "line 4 ..\nline 5 ..\n", "line 6 ..\n"]);
    }));

  test("goes on in a new file when somebody renames it, and in an old one after a start", () =>
    inFolder(async (folder) => {
      const path = join(folder, "phone.log");
      const file = logFile(path);
      file.write("before\n");
      await file.flush();
      renameSync(path, `${path}-20261127`);
      file.write("after\n");
      await file.flush();
      const next = logFile(path);
      next.write("next\n");
      await next.flush();
      expect(readFileSync(`${path}-20261127`, "utf8")).toBe("before\n");
      expect(readFileSync(path, "utf8")).toBe("after\nnext\n");
    }));

  test("tells once of a disk that is full, tries again each 5 s, and has all lines in the end", async () => {
    const clock = new VirtualClock();
    const disk = new FullDisk();
    const errors: string[] = [];
    const onError = ({ message }: Error) => void errors.push(message);
    const file = logFile("phone.log", { clock, disk, onError });
    disk.isFull = true;
    for (let line = 0; line < 10; line++) {
      file.write(`${line}\n`);
      await clock.advance(1000);
    }
    expect(errors).toEqual([
      "Cannot write the log to phone.log, and calls go on without: " +
      "ENOSPC: no space left on device, write",
    ]);
    expect(disk.tries).toBe(3);
    disk.isFull = false;
    await clock.advance(5000);
    expect(disk.text).toBe("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    await file.flush();
  });

  test("gives up the oldest lines where too many wait, and says how many", async () => {
    const clock = new VirtualClock();
    const disk = new FullDisk();
    const lossLine = (lines: number) => `lost ${lines}\n`;
    const file = logFile("phone.log", { clock, disk, lossLine, onError: () => {} });
    disk.isFull = true;
    const line = `${"x".repeat(999_999)}\n`;
    for (let count = 0; count < 7; count++) file.write(line);
    await file.flush();
    // A program that ends with a full disk does not wait for it.
    expect(clock.pending).toBe(0);
    disk.isFull = false;
    await file.flush();
    expect(disk.text).toBe(`lost 3\n${line.repeat(4)}`);
  });

  test("loses nothing to a disk that takes it, however much that is", async () => {
    const disk = new FullDisk();
    const file = logFile("phone.log", { disk, lossLine: (lines) => `lost ${lines}\n` });
    const line = `${"x".repeat(999_999)}\n`;
    for (let count = 0; count < 10; count++) {
      file.write(line);
      file.write("short\n");
      await file.flush();
    }
    expect(disk.text === `${line}short\n`.repeat(10)).toBe(true);
  });

  test("outlives a folder that it may not write to", () =>
    inFolder(async (folder) => {
      const errors: Error[] = [];
      const path = join(folder, "phone.log");
      const file = logFile(join(path, "not-a-folder.log"), {
        onError: (error) => void errors.push(error),
      });
      const blocker = logFile(path);
      blocker.write("a file\n");
      await blocker.flush();
      chmodSync(path, 0o400);
      file.write("x\n");
      await file.flush();
      expect(errors).toHaveLength(1);
      expect(readFileSync(path, "utf8")).toBe("a file\n");
    }));
});
