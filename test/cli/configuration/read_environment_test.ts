import { describe, expect, test } from "bun:test";
import { readEnvironment } from "../../../src/cli/configuration/read_environment.ts";
import { OPTIONS } from "../../../src/cli/configuration/configuration.ts";
import { memoryDisk } from "./memory_disk.ts";

/** What is wrong with an environment. */
function faults(environment: Readonly<Record<string, string>>): readonly string[] {
  return readEnvironment(environment, OPTIONS, memoryDisk({ empty: "\n" })).faults;
}

describe("readEnvironment", () => {
  test("looks only at variables of ours, and leaves alone what tests and Kubernetes set", () => {
    expect(faults({
      HOME: "/root",
      SOFIA_PHONEBOOK: "x",
      SOFIA_PHONE_SOAK: "60",
      SOFIA_PHONE_SERVICE_HOST: "10.0.0.1",
      SOFIA_PHONE_SERVICE_PORT: "80",
      SOFIA_PHONE_SERVICE_PORT_HTTP: "80",
      SOFIA_PHONE_PORT: "tcp://10.0.0.1:80",
      SOFIA_PHONE_PORT_5070_UDP: "udp://10.0.0.1:5070",
      SOFIA_PHONE_PORT_5070_UDP_ADDR: "10.0.0.1",
    })).toEqual([]);
  });

  test.each([
    ["SOFIA_PHONE_SIPPORT", "5070", "did you mean SOFIA_PHONE_SIP_PORT?"],
    ["SOFIA_PHONE_ENTIRELY_ELSE", "1", "unset it, or see --help"],
    ["SOFIA_PHONE_TRUNKS", "[]", 'say "trunks" in the file of --config'],
    ["SOFIA_PHONE_HELP", "1", 'say "help" as a flag'],
    ["SOFIA_PHONE_SIP_PORT_FILE", "x", "only secrets are read from files"],
    ["SOFIA_PHONE_ESL_PASSWORD_FILE", "none", "none cannot (ENOENT)"],
    ["SOFIA_PHONE_ESL_PASSWORD_FILE", "empty", "empty is empty"],
    ["SOFIA_PHONE_HTTP_PORT", "tcp://10.0.0.1:80", "enableServiceLinks: false"],
  ])("refuses %s=%s with what to do", (name, value, message) => {
    const found = faults({ [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(name);
    expect(found[0]).toContain(message);
  });

  test("takes two names of one option that agree, and refuses others", () => {
    expect(faults({ SOFIA_PHONE_MAX_CALLS: "7", SOFIA_PHONE_MAX_SESSIONS: "7" })).toEqual([]);
    expect(faults({ SOFIA_PHONE_MAX_CALLS: "7", SOFIA_PHONE_MAX_SESSIONS: "8" })).toEqual([
      "SOFIA_PHONE_MAX_CALLS and SOFIA_PHONE_MAX_SESSIONS are two names of one option: " +
      'they say "7" and "8", so unset one',
    ]);
  });
});
