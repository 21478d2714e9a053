/** A FreeSWITCH that was there before, laid out as the configuration FreeSWITCH comes with. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Its root reads whole folders, as the one of FreeSWITCH's own configuration does. */
const ROOT = `<?xml version="1.0"?>
<document type="freeswitch/xml">
  <X-PRE-PROCESS cmd="include" data="vars.xml"/>
  <section name="configuration">
    <X-PRE-PROCESS cmd="include" data="autoload_configs/*.xml"/>
  </section>
  <section name="dialplan">
    <X-PRE-PROCESS cmd="include" data="dialplan/*.xml"/>
  </section>
</document>
`;

/** The last line is the one that README.md says to add; the tests' own ports come after it. */
const VARS = `<include>
  <X-PRE-PROCESS cmd="set" data="domain=127.0.0.1"/>
  <X-PRE-PROCESS cmd="include" data="sofia_phone_vars.xml"/>
</include>
<X-PRE-PROCESS cmd="include" data="local_vars.xml"/>
`;

const SOFIA = `<configuration name="sofia.conf">
  <profiles>
    <X-PRE-PROCESS cmd="include" data="../sip_profiles/*.xml"/>
  </profiles>
</configuration>
`;

const DIALPLAN = `<include>
  <context name="default">
    <extension name="unloop">
      <condition field="\${unroll_loops}" expression="^true$"/>
      <condition field="\${sip_looped_call}" expression="^true$">
        <action application="deflect" data="\${destination_number}"/>
      </condition>
    </extension>
    <X-PRE-PROCESS cmd="include" data="default/*.xml"/>
  </context>
</include>
`;

/**
 * Turns a copy of `freeswitch/` into an installation that took just the three files from it.
 *
 * What such an installation brings of its own (modules, event socket, the profile of its callers) is
 * made from the rest.
 */
export async function asExistingInstallation(folder: string): Promise<void> {
  const place = (...names: string[]): string => join(folder, ...names);
  await mkdir(place("autoload_configs"));
  for (const name of ["core", "event_socket", "event_socket_settings", "modules"]) {
    // Named so that the modules come last, after the variable that one of them has its name from.
    const order = name === "modules" ? "z_modules" : name;
    await rename(place("standalone", `${name}.xml`), place("autoload_configs", `${order}.xml`));
  }
  const profile = await readFile(place("standalone/callers.xml"), "utf8");
  const internal = profile.replace('name="callers"', 'name="internal"')
    .replace('name="context" value="callers"', 'name="context" value="default"');
  await rm(place("standalone"), { recursive: true });
  await writeFile(place("sip_profiles/internal.xml"), internal);
  await writeFile(place("autoload_configs/sofia.conf.xml"), SOFIA);
  await writeFile(place("dialplan/default.xml"), DIALPLAN);
  await writeFile(place("vars.xml"), VARS);
  await writeFile(place("freeswitch.xml"), ROOT);
}
