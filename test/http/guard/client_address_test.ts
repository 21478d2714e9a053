import { describe, expect, test } from "bun:test";
import { clientOf } from "../../../src/http/guard/client_address.ts";
import { idleSite } from "../../support/phone_site.ts";

describe("clientOf", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0DB8:0001:0002::1", "2001:db8:1:2"],
    ["2001:db8::1:2:3:4:5", "2001:db8:0:1"],
    ["2001:db8:1::5", "2001:db8:1:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["::1", "0:0:0:0"],
    ["::", "0:0:0:0"],
    ["unknown", "unknown"],
    ["1:2:3:4:5:6:7:8:9::1::2", "1:2:3:4"],
  ])("counts %s for %s", (address, client) => {
    expect(clientOf(address)).toBe(client);
  });
});

describe("what a proxy says of a client", () => {
  const limits = { requestBurst: 1, requestsPerSecond: 0.001 };
  const second = async (...fields: readonly string[]) => {
    const token = "a-token-that-nobody-guesses";
    const { app } = idleSite({ token, trustedProxies: 1, limits });
    const ask = async (field: string) =>
      (await app.request("http://phone.example/calls", { headers: { "X-Forwarded-For": field } }, {
        address: "10.0.0.9",
      })).status;
    const statuses: number[] = [];
    for (const field of fields) statuses.push(await ask(field));
    return statuses;
  };

  test.each([
    ["192.0.2.1:1234", "192.0.2.1:4321"],
    ["[2001:db8::1]:1234", "[2001:db8::2]:4321"],
    ["2001:db8::1", "2001:db8::2"],
  ])("is one client whatever its port is: %s, %s", async (one, other) => {
    expect(await second(one, other)).toEqual([401, 429]);
  });

  test("is cut where it is longer than any address", async () => {
    const long = "x".repeat(100);
    expect(await second(`${long}1`, `${long}2`)).toEqual([401, 429]);
  });
});
