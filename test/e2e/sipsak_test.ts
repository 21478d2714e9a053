import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { lacks } from "../support/needs.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { Program } from "../support/program.ts";

describe.skipIf(lacks("sipsak"))("sipsak", () => {
  let phone: PhoneProcess;

  beforeAll(async () => {
    phone = await PhoneProcess.start();
  });

  afterAll(() => phone[Symbol.asyncDispose]());

  async function sipsak(...flags: string[]): Promise<{ code: number | null; said: string }> {
    const uri = `sip:agent@127.0.0.1:${phone.port}`;
    await using program = new Program("sipsak", [...flags, "-s", uri]);
    const { code } = await program.ended;
    return { code, said: program.stdout + program.stderr };
  }

  test("gets 200 for its OPTIONS, with what the phone can do", async () => {
    const { code, said } = await sipsak("-vvv");
    expect([code, said]).toEqual([0, said]);
    expect(said).toContain("SIP/2.0 200");
    expect(said).toMatch(/^Allow:.*INVITE/m);
  });

  test("gets an answer through OPTIONS over TCP", async () => {
    expect(await sipsak("-E", "tcp")).toMatchObject({ code: 0 });
  });

  test(
    "trashes forty requests one letter more each time, and the phone still answers",
    async () => {
      // It ends when a reply says that the request was bad, or when all are sent.
      await sipsak("-R", "-t", "40");
      expect(await sipsak()).toMatchObject({ code: 0 });
    },
    60_000,
  );
});
