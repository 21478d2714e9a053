import { describe, expect, test } from "bun:test";
import {
  type EslControl,
  EslError,
  EslRefusedError,
  originate,
  showChannels,
  uuidAnswer,
  uuidBreak,
  uuidBridge,
  uuidBroadcast,
  uuidDump,
  uuidExists,
  uuidGetvar,
  uuidHold,
  uuidKill,
  uuidPark,
  uuidRecord,
  uuidSendDtmf,
  uuidSetvar,
  uuidTransfer,
  variablesBlock,
} from "../../../src/esl/mod.ts";
import { EslParser } from "../../../src/esl/mod.ts";
import { bytesFromFreeSwitch } from "../../support/esl_recording.ts";

/** A FreeSWITCH that says the same to everything, and remembers what it was asked. */
function control(answer = "+OK"): EslControl & { readonly said: string[] } {
  const said: string[] = [];
  const say = (command: string): Promise<string> => {
    said.push(command);
    if (answer.startsWith("-")) {
      return Promise.reject(new EslRefusedError(answer, { reply: answer }));
    }
    return Promise.resolve(answer);
  };
  return {
    said,
    api: say,
    bgapi: (command) => say(`bgapi ${command}`),
    command: (line) => say(line).then((text) => ({ text, headers: new Map() })),
  };
}

describe("commands of a channel", () => {
  test.each<[string, (to: EslControl) => Promise<unknown>]>([
    ["uuid_answer u", (to) => uuidAnswer(to, "u")],
    ["uuid_kill u NORMAL_CLEARING", (to) => uuidKill(to, "u")],
    ["uuid_kill u USER_BUSY", (to) => uuidKill(to, "u", "USER_BUSY")],
    ["uuid_bridge u v", (to) => uuidBridge(to, "u", "v")],
    ["uuid_park u", (to) => uuidPark(to, "u")],
    ["uuid_transfer u 100 XML default", (to) => uuidTransfer(to, "u", { destination: "100" })],
    [
      "uuid_transfer u -bleg 100 inline x",
      (to) =>
        uuidTransfer(to, "u", {
          destination: "100",
          leg: "other",
          dialplan: "inline",
          context: "x",
        }),
    ],
    ["uuid_hold u", (to) => uuidHold(to, "u")],
    ["uuid_hold off u", (to) => uuidHold(to, "u", false)],
    ["uuid_record u start /r/a.wav", (to) => uuidRecord(to, "u", "start", "/r/a.wav")],
    ["uuid_send_dtmf u 12#@200", (to) => uuidSendDtmf(to, "u", "12#@200")],
    ["uuid_setvar u a b\\sc\\'d\\\\n\\s", (to) => uuidSetvar(to, "u", "a", "b c'd\\n ")],
    ["uuid_setvar u a $1\\s$x\\s{y}", (to) => uuidSetvar(to, "u", "a", "$1 $x {y}")],
    ["uuid_setvar u a", (to) => uuidSetvar(to, "u", "a")],
    ["uuid_getvar u a", (to) => uuidGetvar(to, "u", "a")],
    ["uuid_broadcast u /a.wav aleg", (to) => uuidBroadcast(to, "u", "/a.wav")],
    ["uuid_break u all", (to) => uuidBreak(to, "u")],
    ["uuid_dump u", (to) => uuidDump(to, "u")],
    ["uuid_exists u", (to) => uuidExists(to, "u")],
  ])("say %s", async (command, ask) => {
    const to = control();
    await ask(to);
    expect(to.said).toEqual([command]);
  });

  test.each<[string, (to: EslControl) => Promise<unknown>]>([
    ["a UUID of two words", (to) => uuidKill(to, "u v")],
    ["no UUID", (to) => uuidExists(to, "")],
    ["a UUID with a line end", (to) => uuidAnswer(to, "u\n\napi shutdown")],
    ["a cause of two words", (to) => uuidKill(to, "u", "USER BUSY")],
    ["a path of two words", (to) => uuidRecord(to, "u", "start", "/r/a b.wav")],
    ["keys there are not", (to) => uuidSendDtmf(to, "u", "12x")],
    ["a value with a line end", (to) => uuidSetvar(to, "u", "a", "b\nc")],
    ["a value that runs a program", (to) => uuidSetvar(to, "u", "a", "b ${system touch c}")],
    ["a value that hides that", (to) => uuidSetvar(to, "u", "a", "b $$\\\\{c}")],
    ["a name in quotes", (to) => uuidSetvar(to, "u", "a'b", "c")],
    ["a name that is expanded", (to) => uuidGetvar(to, "u", "${a}")],
    ["a destination that is an option", (to) => uuidTransfer(to, "u", { destination: "-bleg" })],
    ["a destination in quotes", (to) => uuidTransfer(to, "u", { destination: "'1'" })],
    ["a destination of two words", (to) => uuidTransfer(to, "u", { destination: "1 2" })],
    ["a target of two words", (to) => originate(to, { target: "user/1 &x" })],
    [
      "an application that is none",
      (to) => originate(to, { target: "user/1", application: { name: "a b" } }),
    ],
    [
      "an argument that ends itself",
      (to) => originate(to, { target: "u", application: { name: "a", argument: "b) x" } }),
    ],
  ])("send nothing for %s", async (_what, ask) => {
    const to = control();
    const error = await ask(to).catch((error) => error);
    expect(error).toBeInstanceOf(TypeError);
    expect(to.said).toEqual([]);
  });

  test("tell what is not there from what is", async () => {
    expect(await uuidGetvar(control("_undef_"), "u", "a")).toBe(undefined);
    expect(await uuidGetvar(control("x y"), "u", "a")).toBe("x y");
    expect(await uuidDump(control("-ERR No such channel!"), "u")).toBe(undefined);
    const dump = await uuidDump(control("Unique-ID: u\nvariable_a: b%20c\n"), "u");
    expect([dump?.uuid, dump?.variable("a")]).toEqual(["u", "b c"]);
    expect(await uuidExists(control("true"), "u")).toBe(true);
    expect(await uuidExists(control("false"), "u")).toBe(false);
    const gone = await uuidKill(control("-ERR No such channel!"), "u").catch((error) => error);
    expect((gone as EslRefusedError).reply).toBe("-ERR No such channel!");
    expect(await uuidBreak(control("-ERR Nothing to break"), "u")).toBe(undefined);
    const none = await uuidBreak(control("-ERR No such channel!"), "u").catch((error) => error);
    expect(none).toBeInstanceOf(EslRefusedError);
  });
});

describe("originate", () => {
  test("calls, and gives the channel", async () => {
    const to = control("+OK 7-8-9");
    const uuid = await originate(to, {
      target: "sofia/gateway/trunk/100",
      application: { name: "playback", argument: "a b.wav" },
      variables: { ignore_early_media: true, name: "x y", none: undefined },
      ringMs: 20_000,
    });
    expect(uuid).toBe("7-8-9");
    expect(to.said).toEqual([
      "bgapi originate {originate_timeout=20,ignore_early_media=true,name=x\\\\\\\\sy}" +
      "sofia/gateway/trunk/100 '&playback(a b.wav)'",
    ]);
  });

  test("parks, when it is told nothing else", async () => {
    const to = control("+OK 7");
    await originate(to, { target: "user/1" });
    expect(to.said).toEqual(["bgapi originate {originate_timeout=60}user/1 &park"]);
  });

  test("rejects with what the other side did", async () => {
    const busy = await originate(control("-ERR USER_BUSY"), { target: "user/1" }).catch((e) => e);
    expect((busy as EslRefusedError).reply).toBe("-ERR USER_BUSY");
    const odd = await originate(control("+OK"), { target: "user/1" }).catch((error) => error);
    expect(odd).toBeInstanceOf(EslRefusedError);
  });
});

/** One of the three cuts of FreeSWITCH, as switch_utils.c makes them: by `delim`, less a layer. */
function separated(text: string, delim: string, limit = Infinity): string[] {
  const parts: string[] = [];
  let part = "";
  let isQuoted = false;
  let at = 0;
  for (; at < text.length && parts.length + 1 < limit; at++) {
    const char = text[at];
    if (char === "\\") part += char + (text[++at] ?? "");
    else if (char === "'" && (isQuoted || text.indexOf("'", at + 1) !== -1)) {
      isQuoted = !isQuoted;
      part += char;
    } else if (char === delim && !isQuoted) {
      parts.push(part);
      part = "";
    } else part += char;
  }
  parts.push(part + text.slice(at));
  return parts.map((one) => unlayered(one, delim === " " ? "" : delim));
}

function unlayered(text: string, delim: string): string {
  const letters: Record<string, string> = { n: "\n", r: "\r", t: "\t", s: " " };
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const next = text[at + 1] ?? "";
    if (text[at] !== "\\") out += text[at];
    else if (next in letters) out += letters[text[++at]];
    else if (next !== "" && ("'\"\\" + delim).includes(next)) out += text[++at];
    else out += "\\";
  }
  return out;
}

describe("variables of a channel", () => {
  test.each([
    [""],
    ["plain"],
    ["it's"],
    ["'quoted'"],
    ["a,b,,c"],
    ["a=b=c"],
    ["\\"],
    ["\\\\n \\s"],
    [" at both ends "],
    ['100% %E9 "x" $1 [y] <z> |'],
    ["Zo\u00eb \u{1f600}"],
    ["x".repeat(10_000)],
  ])("are read as they are: %s", (value) => {
    const block = variablesBlock({ first: 1, name: value, last: false });
    const [word, rest] = separated(`${block}user/1 &park`, " ");
    expect(rest).toBe("&park");
    const inside = word.slice(1, word.lastIndexOf("}"));
    const pairs = separated(inside, ",").map((pair) => separated(pair, "=", 2));
    expect(pairs).toEqual([["first", "1"], ["name", value], ["last", "false"]]);
  });

  test.each([["{x}"], ["}"], ["a\nb"], ["a\0b"], ["a:_:b"]])("cannot be %j", (value) => {
    expect(() => variablesBlock({ name: value })).toThrow(TypeError);
  });

  test("have names, and are nothing when there are none", () => {
    for (const name of ["a b", "a=b", "a,b", "{a", ""]) {
      expect(() => variablesBlock({ [name]: 1 })).toThrow(TypeError);
    }
    expect(variablesBlock({})).toBe("");
    expect(variablesBlock({ a: undefined })).toBe("");
    expect(variablesBlock({ "sip_h_X-Sofia-Channel": 1 })).toBe("{sip_h_X-Sofia-Channel=1}");
  });
});

describe("showChannels", () => {
  test("reads what FreeSWITCH says of a call", async () => {
    const bodies = new EslParser().push(bytesFromFreeSwitch("inbound-call-plain")).map((item) =>
      "body" in item ? new TextDecoder().decode(item.body) : ""
    );
    const recorded = bodies.find((body) => body.startsWith('{"row_count":3'))!;
    const channels = await showChannels(control(recorded));
    expect(channels.length).toBe(3);
    expect(channels[0].uuid).toBe("aaaaaaaa-0000-4000-8000-000000000001");
    expect(channels[0].direction).toBe("outbound");
    expect(channels[0].state).toBe("CS_EXECUTE");
    expect(channels[0].createdAt).toBe(1_795_401_397_000);
    expect(channels.some(({ callerName }) => callerName === "Zo\u00eb")).toBe(true);
  });

  test("has none where there are none, and says when it cannot be read", async () => {
    expect(await showChannels(control('{"row_count":0}'))).toEqual([]);
    expect(await showChannels(control('{"rows":[null,{},{"uuid":7}]}'))).toMatchObject([
      { uuid: "7", direction: "inbound", createdAt: 0, name: "" },
    ]);
    for (const bad of ["", "0 total.", '{"rows":7}']) {
      expect(await showChannels(control(bad)).catch((error) => error)).toBeInstanceOf(EslError);
    }
  });
});
