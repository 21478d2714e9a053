import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { FreeSwitch, FREESWITCH_BIN, hasFreeSwitch } from "../../support/freeswitch.ts";

const MODULE = join(dirname(FREESWITCH_BIN), "../mod/mod_voicemail.so");

const VOICEMAIL = `<configuration name="voicemail.conf">
  <profiles>
    <profile name="default">
      <param name="file-extension" value="wav"/>
      <param name="record-silence-threshold" value="200"/>
      <param name="record-silence-hits" value="20"/>
      <param name="min-record-len" value="1"/>
      <param name="max-record-len" value="30"/>
      <param name="tone-spec" value="%(500, 0, 640)"/>
    </profile>
  </profiles>
</configuration>
`;
const USER = `<domain name="127.0.0.1">
  <user id="1000"><params><param name="vm-password" value="4321"/></params></user>
</domain>
`;

describe.skipIf(!hasFreeSwitch || !existsSync(MODULE))("the mailbox of the fallback", () => {
  test("is where a caller goes to whom nobody answers, and not the tones", async () => {
    await using freeswitch = await FreeSwitch.start({
      sofia_phone_patience_new: 1,
      sofia_phone_mailbox: "default 127.0.0.1 1000",
    }, {
      arrange: async (conf) => {
        await writeFile(join(conf, "local_configuration.xml"), VOICEMAIL);
        await writeFile(join(conf, "local_directory.xml"), USER);
        await writeFile(join(conf, "local_modules.xml"), '<load module="mod_voicemail"/>\n');
      },
    });
    await using caller = await IndependentCaller.call(freeswitch.callersPort, "7000");
    // It has no phrases to say here, without which it takes no message and the call ends.
    await caller.hungUp;
    const log = await freeswitch.log();
    expect(log).toContain("voicemail(default 127.0.0.1 1000)");
    expect(log).not.toContain("tone_stream://%(330,15,950)");
  }, 60_000);
});
