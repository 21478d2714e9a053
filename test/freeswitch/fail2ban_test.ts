import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasProgram, Program } from "../support/program.ts";
import { ROOT } from "../support/source_files.ts";

const AT = "2026-11-27 08:06:30.479117 100.00%";
const UUID = "7ac06be2-2da9-4eb0-9c23-e094c07a49ed";

/** Lines as FreeSWITCH 1.10.12 writes them; those of strangers first. */
const STRANGERS = [
  `${AT} [WARNING] sofia.c:10667 IP 203.0.113.7 Rejected by acl "192.0.2.1/32"`,
  `${UUID} ${AT} [WARNING] sofia.c:10667 IP 203.0.113.7 Rejected by acl "192.0.2.1/32"`,
  `${AT} [WARNING] sofia_reg.c:2406 IP 203.0.113.7 Rejected by register acl "lan"`,
  `${AT} [WARNING] sofia_reg.c:1792 SIP auth failure (REGISTER) on sofia profile 'internal' for [1000@x] from ip 203.0.113.7`,
  `${AT} [WARNING] sofia_reg.c:2932 Can't find user [999@x] from 203.0.113.7`,
];
const OTHERS = [
  `${AT} [WARNING] sofia_reg.c:1842 SIP auth challenge (REGISTER) on sofia profile 'internal' for [1000@x] from ip 203.0.113.7`,
  `${AT} [NOTICE] switch_channel.c:1142 New Channel sofia/x/IP 203.0.113.7 Rejected by acl "x" [${UUID}]`,
];

describe.skipIf(!hasProgram("fail2ban-regex"))("the filter for fail2ban", () => {
  test("finds all who were turned away, and nobody else", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sofia-phone-fail2ban-"));
    try {
      const log = join(folder, "freeswitch.log");
      await writeFile(log, [...STRANGERS, ...OTHERS, ""].join("\n"));
      const filter = `${ROOT}freeswitch/fail2ban/sofia-phone.conf`;
      await using program = new Program("fail2ban-regex", [log, filter]);
      expect((await program.ended).code).toBe(0);
      const counts = `${STRANGERS.length} matched, ${OTHERS.length} missed`;
      expect(program.stdout).toContain(counts);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 30_000);
});
