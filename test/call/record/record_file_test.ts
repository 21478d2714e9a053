import { afterAll, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Appended, nodeRecordDisk, type RecordDisk } from "../../../src/call/mod.ts";
import { RecordFile } from "../../../src/call/record/record_file.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";

const folder = mkdtempSync(join(tmpdir(), "records-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file under a name of its own, and what it tells. */
function scene(name: string, disk: RecordDisk = nodeRecordDisk) {
  const path = join(folder, name, "calls.jsonl");
  const clock = new VirtualClock();
  const errors: Error[] = [];
  const file = new RecordFile({ path, clock, disk, onError: (error) => void errors.push(error) });
  const records = (from = path): unknown[] =>
    readFileSync(from, "utf8").split("\n").filter((line) => line !== "").map((line) =>
      JSON.parse(line)
    );
  return { path, clock, file, errors, records };
}

/** A disk in memory with room for so many bytes. */
class SmallDisk implements RecordDisk {
  text = "";
  writes = 0;
  constructor(public room: number) {}

  append(_path: string, texts: readonly string[]): Promise<Appended> {
    this.writes++;
    for (const [written, text] of texts.entries()) {
      const part = text.slice(0, this.room);
      this.text += part;
      this.room -= part.length;
      if (part.length < text.length) {
        return Promise.resolve({ written, error: new Error("ENOSPC: no space left on device") });
      }
    }
    return Promise.resolve({ written: texts.length });
  }

  endsMidLine(): Promise<boolean> {
    return Promise.resolve(this.text !== "" && !this.text.endsWith("\n"));
  }
}

describe("RecordFile", () => {
  test("has a line for each record, in a folder that it makes, whatever is in them", async () => {
    const { file, records, path } = scene("lines");
    const names = ["line\nbreak", "\u2028 \u{1f600} \ud800", '"quoted"', "x".repeat(10_000)];
    for (const name of names) file.append({ name });
    await file.close();
    expect(readFileSync(path, "utf8").split("\n").length).toBe(names.length + 1);
    expect(records()).toEqual(names.map((name) => ({ name })));
  });

  test("goes on in a new file when it was renamed, and at the start when it was emptied", async () => {
    const { file, records, path } = scene("rotation");
    file.append({ n: 1 });
    await file.close();
    renameSync(path, `${path}.1`);
    file.append({ n: 2 });
    await file.close();
    expect([records(`${path}.1`), records()]).toEqual([[{ n: 1 }], [{ n: 2 }]]);
    truncateSync(path);
    file.append({ n: 3 });
    await file.close();
    expect(records()).toEqual([{ n: 3 }]);
  });

  test("begins a new line after one that a crash has torn", async () => {
    const { path } = scene("torn");
    const { file } = scene("torn");
    file.append({ n: 1 });
    await file.close();
    writeFileSync(path, '{"n":1}\n{"n":');
    const after = scene("torn");
    after.file.append({ n: 3 });
    await after.file.close();
    expect(readFileSync(path, "utf8")).toBe('{"n":1}\n{"n":\n{"n":3}\n');
  });

  test("loses and doubles nothing on a disk that was full, and says so once", async () => {
    const disk = new SmallDisk(20);
    const { file, clock, errors } = scene("small", disk);
    for (let n = 1; n <= 5; n++) file.append({ n });
    await clock.advance(0);
    await clock.advance(20_000);
    expect(file.waiting).toBe(3);
    expect(errors.map(({ message }) => message.replace(/ to \S+,/, " to …,"))).toEqual([
      "Cannot write the records of calls to …, and 3 wait: ENOSPC: no space left on device",
    ]);
    const tries = disk.writes;
    expect(tries).toBeLessThanOrEqual(6);
    disk.room = 1000;
    await clock.advance(5000);
    expect([file.waiting, clock.pending]).toEqual([0, 0]);
    const whole = disk.text.split("\n").filter((line) => line.endsWith("}"));
    expect(whole).toEqual([1, 2, 3, 4, 5].map((n) => `{"n":${n}}`));
    disk.room = 0;
    file.append({ n: 6 });
    await clock.advance(0);
    expect(errors.length).toBe(2);
    await file.close();
    expect(clock.pending).toBe(0);
  });

  test("keeps the latest thousand while it cannot write, and counts the others", async () => {
    const disk = new SmallDisk(0);
    const { file, clock } = scene("flood", disk);
    for (let n = 0; n < 1500; n++) file.append({ n });
    await clock.advance(0);
    expect([file.waiting, file.givenUp]).toEqual([1000, 500]);
    disk.room = 1e6;
    await file.close();
    expect(disk.text.trim().split("\n").at(-1)).toBe('{"n":1499}');
    expect(disk.text.trim().split("\n").length).toBe(1000);
  });

  test.skipIf(!existsSync("/dev/full"))("survives a real disk that is full", async () => {
    const errors: Error[] = [];
    const clock = new VirtualClock();
    const onError = (error: Error) => void errors.push(error);
    const file = new RecordFile({ path: "/dev/full", clock, onError });
    file.append({ n: 1 });
    await file.close();
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^Cannot write the records of calls to .dev.full, and 1 wait: .*no space left/i,
      ),
    ]);
    expect(file.waiting).toBe(1);
  });
});
