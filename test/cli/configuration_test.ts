import { describe, expect, test } from "bun:test";
import { ConfigurationError, readConfiguration, USAGE } from "../../src/cli/configuration.ts";

describe("readConfiguration", () => {
  test("has a value for everything when nothing is said", () => {
    expect(readConfiguration([], {})).toEqual({
      backend: "echo",
      sipHost: "127.0.0.1",
      sipPort: 5070,
      advertisedHost: undefined,
      rtpStartPort: 10_000,
      rtpEndPort: 14_999,
      maxCalls: 300,
      drainMs: 30_000,
      detector: "auto",
      bargeIn: "duck",
      inbandDtmf: "off",
      callRecords: undefined,
      recordings: undefined,
      sessions: undefined,
      takeOverMs: 0,
      eslHost: "127.0.0.1",
      eslPort: 8021,
      eslPassword: undefined,
      logLevel: "info",
      help: false,
    });
  });

  test("reads the environment", () => {
    const environment = {
      SOFIA_PHONE_BACKEND: "loopback",
      SOFIA_PHONE_SIP_HOST: "::1",
      SOFIA_PHONE_SIP_PORT: "5090",
      SOFIA_PHONE_RTP_START_PORT: "20000",
      SOFIA_PHONE_RTP_END_PORT: "20099",
      SOFIA_PHONE_MAX_CALLS: "7",
      SOFIA_PHONE_DETECTOR: "energy",
      SOFIA_PHONE_BARGE_IN: "off",
      SOFIA_PHONE_LOG_LEVEL: "debug",
    };
    expect(readConfiguration([], environment)).toMatchObject({
      backend: "loopback",
      sipHost: "::1",
      sipPort: 5090,
      rtpStartPort: 20_000,
      rtpEndPort: 20_099,
      maxCalls: 7,
      detector: "energy",
      bargeIn: "off",
      logLevel: "debug",
    });
  });

  test("lets a flag win over its variable, and takes an empty variable for none", () => {
    const environment = { SOFIA_PHONE_SIP_PORT: "5090", SOFIA_PHONE_MAX_CALLS: "" };
    const { sipPort, maxCalls } = readConfiguration(["--sip-port", "5091"], environment);
    expect([sipPort, maxCalls]).toEqual([5091, 300]);
  });

  test.each([
    ["--sip-port", "http", "--sip-port (SOFIA_PHONE_SIP_PORT) is a whole number of 0"],
    ["--sip-port", "65536", 'current value is "65536"'],
    ["--sip-port", "-1", "--sip-port"],
    ["--sip-port", "5070.5", 'current value is "5070.5"'],
    ["--sip-host", "example.com", "--sip-host (SOFIA_PHONE_SIP_HOST) is an IP address"],
    ["--max-calls", "0", "--max-calls (SOFIA_PHONE_MAX_CALLS) is a whole number of 1"],
    ["--log-level", "loud", "is debug, info, warning or error"],
    ["--rtp-start-port", "80", "is a whole number of 1024 to 65535"],
    ["--rtp-end-port", "10000", "is above --rtp-start-port"],
    ["--sip-host", "0.0.0.0", "--advertised-host (SOFIA_PHONE_ADVERTISED_HOST) is needed"],
    ["--sip-prot", "5070", "the options are --help, --backend"],
  ])("refuses %s %s in one sentence that says what to change", (flag, value, message) => {
    const read = () => readConfiguration([flag, value], {});
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(message);
    try {
      read();
    } catch (error) {
      expect((error as Error).message).not.toContain("\n");
    }
  });

  test("names every option and variable in its usage", () => {
    for (const name of ["BACKEND", "SIP_HOST", "SIP_PORT", "RTP_START_PORT", "RTP_END_PORT"]) {
      expect(USAGE).toContain(`SOFIA_PHONE_${name}`);
      expect(USAGE).toContain(`--${name.toLowerCase().replaceAll("_", "-")} `);
    }
    expect(readConfiguration(["--help"], {}).help).toBe(true);
  });
});
