/** A real FreeSWITCH in the part of a provider: it wants a password, and numbers of its own do things. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FreeSwitch } from "../../support/freeswitch.ts";

/** Recorded speech, as Debian's asterisk-core-sounds-en-wav has it. */
export const PROMPTS = "/usr/share/asterisk/sounds/en_US_f_Allison/";

/** Who we are there. */
export const ACCOUNT = { username: "bot", password: "correct horse", realm: "provider.example" };

/**
 * What its numbers do: 1 answers and beeps, 2 is busy, 3 does not exist, 4 rings for ever, 5 plays a tone
 * before it answers, 6 is an answering machine, 7 hangs up after a second, 8 echoes, 9 says hello.
 */
const dialplan = (folder: string) => `
<extension name="machine"><condition field="destination_number" expression="^6$">
  <action application="answer"/>
  <action application="sleep" data="400"/>
  <action application="playback" data="${PROMPTS}vm-intro.wav"/>
  <action application="playback" data="tone_stream://%(400,0,1000)"/>
  <action application="record" data="${folder}/message.wav 10 200 3"/>
</condition></extension>
<extension name="somebody"><condition field="destination_number" expression="^9$">
  <action application="answer"/>
  <action application="sleep" data="400"/>
  <action application="playback" data="${PROMPTS}hello.wav"/>
  <action application="park"/>
</condition></extension>
<extension name="beeps"><condition field="destination_number" expression="^1$">
  <action application="answer"/>
  <action application="sleep" data="500"/>
  <action application="playback" data="tone_stream://%(500,0,1000)"/>
  <action application="park"/>
</condition></extension>
<extension name="busy"><condition field="destination_number" expression="^2$">
  <action application="hangup" data="USER_BUSY"/>
</condition></extension>
<extension name="nobody"><condition field="destination_number" expression="^3$">
  <action application="hangup" data="UNALLOCATED_NUMBER"/>
</condition></extension>
<extension name="rings"><condition field="destination_number" expression="^4$">
  <action application="ring_ready"/>
  <action application="sleep" data="60000"/>
</condition></extension>
<extension name="early"><condition field="destination_number" expression="^5$">
  <action application="pre_answer"/>
  <action application="playback" data="tone_stream://%(1000,0,1000)"/>
  <action application="answer"/>
  <action application="park"/>
</condition></extension>
<extension name="short"><condition field="destination_number" expression="^7$">
  <action application="answer"/>
  <action application="sleep" data="1000"/>
  <action application="hangup" data="NORMAL_CLEARING"/>
</condition></extension>
<extension name="echoes"><condition field="destination_number" expression="^8$">
  <action application="answer"/>
  <action application="echo"/>
</condition></extension>`;

const DIRECTORY = `
<domain name="${ACCOUNT.realm}">
  <params><param name="dial-string" value="\${sofia_contact(*/\${dialed_user}@\${dialed_domain})}"/></params>
  <groups><group name="default"><users><user id="${ACCOUNT.username}">
    <params><param name="password" value="${ACCOUNT.password}"/></params>
  </user></users></group></groups>
</domain>`;

/** Starts one that takes calls and registrations at its `callersPort`. */
export async function startProvider(): Promise<{ freeswitch: FreeSwitch; folder: string }> {
  let folder = "";
  const freeswitch = await FreeSwitch.start({}, {
    arrange: async (its) => {
      folder = its;
      await arrange(its);
    },
  });
  return { freeswitch, folder };
}

async function arrange(folder: string): Promise<void> {
  await change(join(folder, "freeswitch.xml"), [
    [/<section name="directory">/, `<section name="directory">${DIRECTORY}`],
    [/<context name="callers">/, `<context name="callers">${dialplan(folder)}`],
  ]);
  await change(join(folder, "standalone/callers.xml"), [
    [
      /<param name="apply-inbound-acl"[^>]*>/,
      '<param name="inbound-use-callid-as-uuid" value="true"/>',
    ],
    [/<param name="auth-calls" value="false"\/>/, '<param name="auth-calls" value="true"/>'],
    [
      /<\/settings>/,
      `<param name="force-register-domain" value="${ACCOUNT.realm}"/>
       <param name="challenge-realm" value="${ACCOUNT.realm}"/></settings>`,
    ],
  ]);
}

async function change(path: string, pairs: readonly (readonly [RegExp, string])[]): Promise<void> {
  let text = await readFile(path, "utf8");
  for (const [pattern, by] of pairs) {
    if (!pattern.test(text)) throw new Error(`Cannot arrange ${path} as it has no ${pattern}`);
    text = text.replace(pattern, () => by);
  }
  await writeFile(path, text);
}
