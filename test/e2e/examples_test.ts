import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { rmsLevel } from "../../src/audio/mod.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { freePort } from "../support/free_ports.ts";
import { phoneCommand, PhoneProcess, RUNTIME } from "../support/phone_process.ts";
import { Program } from "../support/program.ts";
import { ROOT, sourcesBelow, textOf } from "../support/source_files.ts";
import { speech } from "../support/speech.ts";
import { wait } from "../support/wait.ts";

const FOLDER = `${ROOT}examples/`;

/** Says something and tells how loud the answer is: the loudest tenth of a second, in dBov. */
async function loudnessOfAnswer(port: number): Promise<number> {
  await using caller = await IndependentCaller.call(port);
  await caller.voice.say(speech(3, 2));
  caller.heard.clear();
  await Promise.all([caller.voice.say(new Int16Array(8000 * 2)), wait(2000)]);
  const sound = caller.heard.sound();
  let loudest = -Infinity;
  for (let at = 0; at < sound.length; at += 800) {
    loudest = Math.max(loudest, rmsLevel(sound.subarray(at, at + 800)));
  }
  return loudest;
}

/** Starts an example that is a program, and runs `use` with its SIP port. */
async function withProgram(name: string, use: (port: number) => Promise<void>): Promise<void> {
  const port = await freePort();
  const [command, args] = phoneCommand(RUNTIME, []);
  const env = { SOFIA_PHONE_SIP_PORT: String(port) };
  const file = args.map((arg) => arg.endsWith("mod.ts") ? `${FOLDER}${name}` : arg);
  await using program = new Program(command, file, { env });
  await program.says(/^ready: dial \S+$/m, 20_000);
  await use(port);
  expect(await program.stop(10_000)).toEqual({ code: 0, signal: null });
}

describe("examples", () => {
  test("are all tried here", () => {
    const names = readdirSync(FOLDER).filter((name) => name.endsWith(".ts"));
    const tests = sourcesBelow("test").filter(({ path }) => path.endsWith("_test.ts"));
    const untried = names.filter((name) => !tests.some(({ text }) => text.includes(name)));
    expect(names.length).toBeGreaterThan(6);
    expect(untried).toEqual([]);
  });

  test("are all in the table of their README", () => {
    const table = textOf("examples/README.md");
    const names = readdirSync(FOLDER).filter((name) => name.endsWith(".ts"));
    expect(names.filter((name) => !table.includes(`[\`${name}\`](${name})`))).toEqual([]);
  });

  test("my_bot.ts beeps back", async () => {
    await using phone = await PhoneProcess.start({ backend: `${FOLDER}my_bot.ts` });
    expect(await loudnessOfAnswer(phone.port)).toBeGreaterThan(-30);
    // How much silence after the words counts is up to the turn.
    expect(phone.program.stdout).toMatch(/heard [23] s; 1 entries before/);
  }, 40_000);

  test("echo_bot.ts says back what it hears", async () => {
    await withProgram("echo_bot.ts", async (port) => {
      expect(await loudnessOfAnswer(port)).toBeGreaterThan(-30);
    });
  }, 40_000);

  test("custom_transform.ts changes the caller's voice", async () => {
    await withProgram("custom_transform.ts", async (port) => {
      await using caller = await IndependentCaller.call(port);
      await caller.voice.say(speech(3, 2));
      expect(rmsLevel(caller.heard.sound())).toBeGreaterThan(-35);
    });
  }, 40_000);
});
