import { describe, expect, test } from "bun:test";
import { ConfigurationError } from "../../../src/cli/configuration/configuration_error.ts";
import { DOCTOR_USAGE, readDoctorOptions } from "../../../src/cli/doctor/doctor_options.ts";

describe("readDoctorOptions", () => {
  test("has a value for everything when nothing is said", () => {
    expect(readDoctorOptions([], {})).toEqual({
      eslHost: "127.0.0.1",
      eslPort: 8021,
      password: "",
      number: "7000",
      context: undefined,
      sipHost: "127.0.0.1",
      sipPort: 5070,
      rtpStartPort: 10_000,
      rtpEndPort: 14_999,
      calls: true,
      help: false,
    });
  });

  test("takes a flag before its variable, and the password from the environment only", () => {
    const environment = { SOFIA_PHONE_NUMBER: "7001", SOFIA_PHONE_ESL_PASSWORD: "secret" };
    const options = readDoctorOptions(["--number", "7002", "--no-calls"], environment);
    expect(options.number).toBe("7002");
    expect(options.calls).toBe(false);
    expect(options.password).toBe("secret");
    expect(DOCTOR_USAGE).not.toContain("--password");
  });

  test.each([
    [["--esl-port", "0"]],
    [["--esl-port", "99999"]],
    [["--esl-host", "a b"]],
    [["--number", "a"]],
    [["--sip-host", "localhost"]],
    [["--unheard-of"]],
  ])("refuses %j with a sentence", (args) => {
    expect(() => readDoctorOptions(args, {})).toThrow(ConfigurationError);
  });
});
