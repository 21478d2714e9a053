import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { nodeRecordDisk } from "../../src/call/record/record_disk.ts";
import { nodeDisk } from "../../src/call/recording/node_disk.ts";

/** What others than the owner may do with a file, by the bits of its mode. */
async function forOthers(path: string): Promise<number> {
  return (await stat(path)).mode & 0o077;
}

test("recordings and records of calls are for nobody but their owner", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sofia-phone-private-"));
  try {
    const recording = join(folder, "recordings/call.wav");
    await (await nodeDisk.open(recording, true)).close();
    const note = join(folder, "notes/call.json");
    await nodeDisk.save(note, "{}");
    const records = join(folder, "records/calls.jsonl");
    expect(await nodeRecordDisk.append(records, ["{}\n"])).toEqual({ written: 1 });
    for (const path of [recording, note, records]) {
      expect(await forOthers(path)).toBe(0);
      expect(await forOthers(join(path, ".."))).toBe(0);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
