import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError, type Environment, readConfiguration } from "../../../src/cli/mod.ts";
import { FOLDER, memoryDisk } from "./memory_disk.ts";

/** What it says is wrong. */
function faults(
  args: readonly string[],
  environment: Environment = {},
  files: Readonly<Record<string, unknown>> = {},
): readonly string[] {
  try {
    readConfiguration(args, environment, memoryDisk(files));
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).faults;
  }
  return [];
}

describe("readConfiguration", () => {
  test("has a value for everything when nothing is said", () => {
    const { configuration, said } = readConfiguration([], {});
    expect(said.size).toBe(0);
    expect(configuration).toMatchObject({
      ...{ backend: "echo", sipHost: "127.0.0.1", sipPort: 5070, advertisedHost: undefined },
      ...{ rtpStartPort: 10_000, rtpEndPort: 14_999, maxCalls: 300, drainMs: 30_000, trunks: [] },
      ...{ detector: "auto", bargeIn: "duck", inbandDtmf: false, callRecords: undefined },
      ...{ sessions: undefined, eslPassword: undefined, logLevel: "info", jsonLogs: "auto" },
      ...{ httpHost: "127.0.0.1", httpPort: 8080, metrics: true, traces: false, twilio: false },
      ...{ audiosocketPort: "off", logUnmasked: false, help: false, printConfig: false },
    });
  });

  test("takes a flag before the environment, that before the file, that before the default", () => {
    const files = { "phone.json": { sipPort: 5001, maxCalls: 1, drainMs: 1, backend: "mock" } };
    const environment = {
      SOFIA_PHONE_CONFIG: "phone.json",
      SOFIA_PHONE_SIP_PORT: "5002",
      SOFIA_PHONE_MAX_CALLS: "2",
      SOFIA_PHONE_BACKEND: "",
    };
    const args = ["--sip-port", "5003"];
    const { configuration, said } = readConfiguration(args, environment, memoryDisk(files));
    const { sipPort, maxCalls, drainMs, backend, rtpEndPort } = configuration;
    expect([sipPort, maxCalls, drainMs, backend, rtpEndPort]).toEqual([5003, 2, 1, "mock", 14_999]);
    expect(["sipPort", "maxCalls", "drainMs", "rtpEndPort"].map((name) => said.get(name)?.by))
      .toEqual(["--sip-port", "SOFIA_PHONE_MAX_CALLS", '"drainMs" in phone.json', undefined]);
  });

  test("knows the names and the ways to say yes of the original", () => {
    const { configuration } = readConfiguration([], {
      SOFIA_PHONE_ESL_HOST: "switch",
      SOFIA_PHONE_ESL_PORT: "8022",
      SOFIA_PHONE_ESL_PASSWORD: "ClueCon",
      SOFIA_PHONE_RTP_START_PORT: "14000",
      SOFIA_PHONE_MAX_SESSIONS: "7",
      SOFIA_PHONE_SESSION_TIMEOUT: "3600",
      SOFIA_PHONE_LOG_LEVEL: "WARNING",
      SOFIA_PHONE_LOG_FILE: "phone.log",
      SOFIA_PHONE_JSON_LOGS: "true",
      SOFIA_PHONE_HEALTH_PORT: "8099",
    });
    expect(configuration).toMatchObject({
      ...{ eslHost: "switch", eslPort: 8022, eslPassword: "ClueCon", rtpStartPort: 14_000 },
      ...{ maxCalls: 7, sessionTimeout: 3600, logLevel: "warning", logFile: "phone.log" },
      ...{ jsonLogs: true, httpPort: 8099 },
    });
  });

  test.each([
    ["--sip-port", "http", "--sip-port (SOFIA_PHONE_SIP_PORT) is a whole number of 0"],
    ["--sip-port", "65536", 'current value is "65536"'],
    ["--sip-port", "-1", "--sip-port"],
    ["--sip-port", "5070.5", 'current value is "5070.5"'],
    ["--sip-port", "", 'current value is ""'],
    ["--sip-host", "example.com", "--sip-host (SOFIA_PHONE_SIP_HOST) is an IP address"],
    ["--max-calls", "0", "--max-calls (SOFIA_PHONE_MAX_CALLS) is a whole number of 1"],
    ["--log-level", "loud", "is debug, info, warning or error"],
    ["--rtp-start-port", "80", "is a whole number of 1024 to 65535"],
    ["--rtp-end-port", "10000", "is above --rtp-start-port"],
    ["--sip-host", "0.0.0.0", "--advertised-host (SOFIA_PHONE_ADVERTISED_HOST) is needed"],
    ["--codecs", "PCMU,G729", "--codecs (SOFIA_PHONE_CODECS) is some of PCMU"],
    ["--http-port", "never", "or off"],
    ["--json-logs", "perhaps", "is on, off or auto"],
    ["--public-url", "https://a:b@example.com", "is an address such as https://phone.example.com"],
    ["--backend", "./no/such.ts", "there is no such file"],
    ["--sip-port", "8080", "is another than --sip-port"],
    ["--http-host", "0.0.0.0", "SOFIA_PHONE_HTTP_TOKEN is needed where --http-host is 0.0.0.0"],
    ["--http-host", "10.0.0.9", "openssl rand -hex 24"],
  ])("refuses %s %s in one sentence that says what to change", (flag, value, message) => {
    const read = () => readConfiguration([flag, value], {});
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(message);
    try {
      read();
    } catch (error) {
      expect((error as Error).message).toMatch(/^Cannot start as [^\n]+$/);
    }
  });

  test("tells all faults of all places at once", () => {
    const files = { "phone.json": { sipPort: "x", maxCall: 4, trunks: [{ name: "main" }] } };
    const environment = { SOFIA_PHONE_LOG_LEVEL: "loud", SOFIA_PHONE_RTP_STRAT_PORT: "1" };
    const args = ["--config", "phone.json", "--max-calls", "0", "--unheard-of"];
    const found = faults(args, environment, files);
    expect([...found].sort()).toEqual([
      '"sipPort" in phone.json is a whole number of 0 (any free one) to 65535: current value is "x"',
      '"trunks[0].server" in phone.json is missing',
      '--log-level (SOFIA_PHONE_LOG_LEVEL) is debug, info, warning or error: current value is "loud"',
      '--max-calls (SOFIA_PHONE_MAX_CALLS) is a whole number of 1 to 10000: current value is "0"',
      "there is no option --unheard-of: see --help",
      'there is no option "maxCall" in phone.json: did you mean maxCalls?',
      "there is no variable SOFIA_PHONE_RTP_STRAT_PORT: did you mean SOFIA_PHONE_RTP_START_PORT?",
    ].sort());
    const read = () => readConfiguration(args, environment, memoryDisk(files));
    expect(read).toThrow(/^Cannot start for 7 reasons:\n- [^\n]+\n- /);
  });

  test("tells a value that is wrong where another one wins", () => {
    expect(faults(["--max-calls", "5"], { SOFIA_PHONE_MAX_CALLS: "many" })).toHaveLength(1);
  });

  test("lets whoever asks for help see it, whatever else was said", () => {
    expect(readConfiguration(["--help", "--max-calls", "0"], {}).configuration.help).toBe(true);
  });

  test.each<[Environment, string]>([
    [{ SOFIA_PHONE_SESSIONS: "a", SOFIA_PHONE_CALL_STORE: "redis://b" }, "kept at one place"],
    [{ SOFIA_PHONE_CALL_STORE_PASSWORD: "a" }, "set --call-store"],
    [
      { SOFIA_PHONE_TWILIO: "on", SOFIA_PHONE_PUBLIC_URL: "https://a" },
      "TWILIO_AUTH_TOKEN is needed",
    ],
    [{ SOFIA_PHONE_TWILIO: "on", SOFIA_PHONE_TWILIO_AUTH_TOKEN: "a" }, "PUBLIC_URL) is needed"],
    [{ SOFIA_PHONE_AUDIOSOCKET_PORT: "8080" }, "--audiosocket-port"],
  ])("refuses what cannot be together: %j", (environment, message) => {
    const found = faults([], environment);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  test("needs no token where there is no server, or only loopback reaches it", () => {
    for (const host of ["127.0.0.1", "::1", "127.8.9.1"]) {
      expect(faults(["--http-host", host])).toEqual([]);
    }
    expect(faults(["--http-host", "0.0.0.0", "--http-port", "off"])).toEqual([]);
    expect(faults(["--http-host", "::"], { SOFIA_PHONE_HTTP_TOKEN: "0123456789abcdef" })).toEqual(
      [],
    );
  });

  test("reads files of this machine, and refuses one with secrets that everybody can read", () => {
    const folder = mkdtempSync(join(tmpdir(), "configuration-"));
    const path = join(folder, "phone.json");
    try {
      writeFileSync(path, '{ "eslPassword": "ClueCon" }', { mode: 0o644 });
      const read = () => readConfiguration(["--config", path], {}).configuration.eslPassword;
      expect(read).toThrow(`run chmod o-r ${path}`);
      expect(read).not.toThrow("ClueCon");
      rmSync(path);
      writeFileSync(path, '{ "eslPassword": "ClueCon" }', { mode: 0o640 });
      expect(read()).toBe("ClueCon");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("what is on the disk", () => {
  const start = (...args: readonly string[]) => () =>
    readConfiguration(args, {}, memoryDisk({ "a.txt": "", calls: FOLDER }));

  test.each([
    ["--recordings", "a.txt", "--recordings (SOFIA_PHONE_RECORDINGS) is the path of a folder"],
    ["--sessions", "a.txt", "--sessions (SOFIA_PHONE_SESSIONS) is the path of a folder"],
    ["--call-records", "calls", "--call-records (SOFIA_PHONE_CALL_RECORDS) is the path of a file"],
    ["--log-file", "calls", "--log-file (SOFIA_PHONE_LOG_FILE) is the path of a file"],
  ])("is not to be what it is not: %s %s", (flag, path, message) => {
    const kind = path === "calls" ? "folder" : "file";
    expect(start(flag, path)).toThrow(
      `${message}: current value is ${JSON.stringify(path)}, and that is a ${kind}`,
    );
    expect(start(flag, "new")).not.toThrow();
  });

  test("is what it is to be", () => {
    expect(start("--recordings", "calls", "--call-records", "a.txt")).not.toThrow();
  });
});

describe("recordings by FreeSWITCH", () => {
  test("take its event socket", () => {
    const args = ["--recordings", "new", "--recording-by", "freeswitch"];
    expect(() => readConfiguration(args, {}, memoryDisk({}))).toThrow(
      "SOFIA_PHONE_ESL_PASSWORD is needed for --recording-by",
    );
    const environment = { SOFIA_PHONE_ESL_PASSWORD: "ClueCon" };
    expect(() => readConfiguration(args, environment, memoryDisk({}))).not.toThrow();
  });
});

describe("a secret that is none", () => {
  test.each([
    ["short", "its value is of 5 signs"],
    ["abcdefghijklmnopq \n\n", "its value is of 19 signs, and blanks or ends of lines among them"],
  ])("is told by its shape, and not shown: %j", (secret, message) => {
    const read = () =>
      readConfiguration([], { SOFIA_PHONE_HTTP_TOKEN_FILE: "f" }, memoryDisk({ f: secret }));
    expect(read).toThrow(message);
    expect(read).not.toThrow(secret.trim());
  });
});
