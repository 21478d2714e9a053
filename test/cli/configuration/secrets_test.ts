import { describe, expect, test } from "bun:test";
import { type Environment, readConfiguration } from "../../../src/cli/mod.ts";
import { printConfiguration } from "../../../src/cli/configuration/print_configuration.ts";
import { memoryDisk } from "./memory_disk.ts";

const SECRET = "t0p-s3cret-and-long";
const NAMES = [["ESL_PASSWORD"], ["HTTP_TOKEN"], ["TWILIO_AUTH_TOKEN"]] as const;

/** The message of the refusal; fails where nothing is refused. */
function refusal(
  args: readonly string[],
  environment: Environment,
  files: Readonly<Record<string, unknown>> = {},
  open: readonly string[] = [],
): string {
  try {
    readConfiguration(args, environment, memoryDisk(files, open));
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

describe("a secret", () => {
  test.each(NAMES)("can be a file that %s_FILE names, with an end of line", (name) => {
    const environment = { [`SOFIA_PHONE_${name}_FILE`]: "/run/secrets/it" };
    const disk = memoryDisk({ "/run/secrets/it": `${SECRET}\n` });
    const { configuration } = readConfiguration([], environment, disk);
    const { eslPassword, httpToken, twilioAuthToken } = configuration;
    expect([eslPassword, httpToken, twilioAuthToken].filter((one) => one === SECRET)).toHaveLength(
      1,
    );
  });

  test.each(NAMES)("is not taken from the command line: %s", (name) => {
    const flag = `--${name.toLowerCase().replaceAll("_", "-")}`;
    for (const args of [[flag, SECRET], [`${flag}=${SECRET}`], [`${flag}s`, SECRET]]) {
      const message = refusal(args, {});
      expect(message).toContain(flag);
      expect(message).not.toContain(SECRET);
    }
    expect(refusal([flag, SECRET], {})).toContain(`SOFIA_PHONE_${name}_FILE`);
  });

  test.each<[string, readonly string[], Environment, Record<string, unknown>, string]>([
    [
      "a value that is wrong",
      [],
      { SOFIA_PHONE_ESL_PASSWORD: `${SECRET}\nx` },
      {},
      "one line of text",
    ],
    [
      "a value of two names",
      [],
      {
        SOFIA_PHONE_ESL_PASSWORD: SECRET,
        SOFIA_PHONE_ESL_PASSWORD_FILE: "f",
      },
      { f: "another" },
      "they say different things",
    ],
    [
      "a store in a flag",
      ["--call-store", `redis://:${SECRET}@h`],
      {},
      {},
      "--call-store holds a password",
    ],
    [
      "a store that is none",
      [],
      { SOFIA_PHONE_CALL_STORE: `http://u:${SECRET}@h` },
      {},
      "redis://",
    ],
    [
      "a store that is no address",
      [],
      { SOFIA_PHONE_CALL_STORE: `redis:u:${SECRET}@h` },
      {},
      "redis://",
    ],
    [
      "a file that is no JSON",
      ["--config", "f"],
      {},
      { f: `{"eslPassword": "${SECRET}",}` },
      "f is JSON",
    ],
    ["a file with a part that is wrong", ["--config", "f"], {}, {
      f: { trunks: [{ name: "a", server: "b", password: [SECRET] }] },
    }, '"trunks[0].password" in f is our password there'],
    [
      "a file with an unknown name",
      ["--config", "f"],
      {},
      { f: { eslPasswort: SECRET } },
      "eslPassword?",
    ],
    ["an argument behind an unknown flag", ["--passwd", SECRET], {}, {}, "--passwd"],
  ])("is not told by the refusal of %s", (_, args, environment, files, message) => {
    const told = refusal(args, environment, files);
    expect(told).toContain(message);
    expect(told).not.toContain(SECRET);
  });

  test("is refused in a file that everybody can read, wherever it stands in it", () => {
    const f = {
      callStore: `redis://:${SECRET}@h`,
      trunks: [{ name: "a", server: "b" }, { name: "c", server: "d", password: SECRET }],
    };
    const told = refusal(["--config", "f"], {}, { f }, ["f"]);
    expect(told).toContain("f holds secrets (callStore, trunks[1].password)");
    expect(told).toContain("chmod o-r f");
    expect(told).not.toContain(SECRET);
    const { configuration } = readConfiguration(["--config", "f"], {}, memoryDisk({ f }));
    expect(configuration.trunks[1].password).toBe(SECRET);
  });

  test("of a trunk can be in a file of its own", () => {
    const trunks = [{ name: "a", server: "b", username: "u", passwordFile: "/run/secrets/trunk" }];
    const files = { f: { trunks }, "/run/secrets/trunk": `${SECRET}\n` };
    const { configuration } = readConfiguration(["--config", "f"], {}, memoryDisk(files, ["f"]));
    expect(configuration.trunks).toEqual([
      { name: "a", server: "b", username: "u", password: SECRET },
    ]);
    expect(refusal(["--config", "f"], {}, { f: { trunks } })).toContain(
      "/run/secrets/trunk cannot",
    );
  });

  test("is three stars where the configuration is shown, and all else is there with its source", () => {
    const environment = {
      SOFIA_PHONE_ESL_PASSWORD: SECRET,
      SOFIA_PHONE_HTTP_TOKEN: SECRET,
      SOFIA_PHONE_CALL_STORE: `redis://user:${SECRET}@10.0.0.7/1`,
      SOFIA_PHONE_CONFIG: "f",
    };
    const trunks = [{ name: "main", server: "sip.example.com", username: "u", password: SECRET }];
    const files = { f: { trunks, codecs: ["opus", "PCMU"] } };
    const reading = readConfiguration(["--sip-port=0"], environment, memoryDisk(files));
    const shown = printConfiguration(reading);
    expect(shown).not.toContain(SECRET);
    expect(shown).toMatch(/^eslPassword = \*\*\* +# SOFIA_PHONE_ESL_PASSWORD$/m);
    expect(shown).toMatch(
      /^callStore = redis:\/\/user:\*\*\*@10\.0\.0\.7\/1 +# SOFIA_PHONE_CALL_STORE$/m,
    );
    expect(shown).toMatch(/^sipPort = 0 +# --sip-port$/m);
    expect(shown).toMatch(/^codecs = opus,PCMU +# "codecs" in f$/m);
    expect(shown).toMatch(/^trunks = .*"server":"sip\.example\.com".*"password":"\*\*\*"/m);
    expect(shown).toMatch(/^maxCalls = 300 +# default$/m);
  });
});

describe("an address with a password in it", () => {
  test.each<[Record<string, unknown>]>([
    [{ publicUrl: `https://u:${SECRET}@phone.example.com` }],
    [{ trunks: `sip:u:${SECRET}@10.0.0.9` }],
    [{ trunks: [{ name: "t", server: `sip:u:${SECRET}@[` }] }],
  ])("is refused without it: %j", (file) => {
    const message = refusal(["--config", "f"], {}, { f: file });
    expect(message).toContain("u:***@");
    expect(message).not.toContain(SECRET);
  });
});
