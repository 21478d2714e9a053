import { describe, expect, test } from "bun:test";
import { echo } from "../../src/backend/mod.ts";
import { readConfiguration } from "../../src/cli/mod.ts";
import { openCallStore } from "../../src/cli/open_call_store.ts";
import { optionsOf } from "../../src/cli/options_of.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";

/** What a phone is made with that is told this. */
function told(environment: Readonly<Record<string, string>>) {
  return optionsOf(readConfiguration([], environment).configuration);
}

describe("optionsOf", () => {
  test("makes a phone of what nobody said", () => {
    new PhoneHandler({ ...told({}), voiceBackend: echo() });
    expect(told({})).toMatchObject({
      ...{ sipPort: 5070, freeswitch: undefined, recording: undefined, sessions: undefined },
      ...{ callRecords: { path: undefined, words: false }, admission: { maxLatenessMs: 20 } },
    });
  });

  test("tells a phone all that was said, in its own names and units", () => {
    const options = told({
      SOFIA_PHONE_SESSION_TIMEOUT: "60",
      SOFIA_PHONE_IDLE_TIMEOUT: "5",
      SOFIA_PHONE_CALLS_PER_CALLER: "1",
      SOFIA_PHONE_CALLS_PER_SOURCE: "2",
      SOFIA_PHONE_CALLS_PER_SECOND_PER_SOURCE: "3",
      SOFIA_PHONE_SOURCES_WITHOUT_LIMIT: "192.0.2.5,2001:db8::1",
      SOFIA_PHONE_MAX_LATENESS_MS: "off",
      SOFIA_PHONE_SESSIONS: "calls",
      SOFIA_PHONE_TAKE_OVER_MS: "7",
      SOFIA_PHONE_TRUSTED: "10.0.0.1,10.0.0.2",
      SOFIA_PHONE_RECORDINGS: "sounds",
      SOFIA_PHONE_RECORDING_POLICY: "on-demand",
      SOFIA_PHONE_RECORDING_BY: "freeswitch",
      SOFIA_PHONE_CALL_RECORDS: "calls.jsonl",
      SOFIA_PHONE_CALL_RECORD_WORDS: "on",
      SOFIA_PHONE_ESL_PASSWORD: "ClueCon",
      SOFIA_PHONE_INBAND_DTMF: "on",
      SOFIA_PHONE_LANGUAGE: "de-AT",
      SOFIA_PHONE_CODECS: "OPUS,pcmu",
    });
    new PhoneHandler({ ...options, voiceBackend: echo() });
    expect(options).toMatchObject({
      limits: {
        ...{ maxCallMs: 60_000, idleMs: 5000, callsPerCaller: 1 },
        ...{ callsPerSource: 2, callsPerSecondPerSource: 3 },
        sourcesWithoutLimit: ["192.0.2.5", "2001:db8::1"],
      },
      admission: false,
      sessions: { folder: "calls", takeOverMs: 7, trusted: ["10.0.0.1", "10.0.0.2"] },
      recording: { folder: "sounds", policy: "onDemand", by: "freeswitch" },
      callRecords: { path: "calls.jsonl", words: true },
      freeswitch: { host: "127.0.0.1", port: 8021, password: "ClueCon" },
      inbandDtmf: true,
      turns: { language: "de-AT", bargeIn: { mode: "duck" } },
      codecs: ["opus", "PCMU"],
    });
  });

  test("keeps calls in the store that was opened, with the password that goes to no log", async () => {
    const { configuration } = readConfiguration([], {
      SOFIA_PHONE_CALL_STORE: "redis://phone@127.0.0.1:1/0",
      SOFIA_PHONE_CALL_STORE_PASSWORD: "p@ss:word/",
    });
    await using store = (await openCallStore(configuration))!;
    expect(optionsOf(configuration, store).sessions).toMatchObject({ store });
    const error: Error = await store.get("7f3a").then(() => new Error("found"), (error) => error);
    expect(error.message).toContain("Cannot reach the store of calls in Redis");
    expect(error.message + String(error.cause)).not.toContain("p@ss");
    expect(await openCallStore(readConfiguration([], {}).configuration)).toBeUndefined();
  });
});
