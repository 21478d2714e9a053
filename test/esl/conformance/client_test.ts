import { describe, expect, test } from "bun:test";
import {
  EslAuthError,
  EslClient,
  type EslClientOptions,
  EslClosedError,
  type EslError,
  EslRefusedError,
} from "../../../src/esl/mod.ts";
import { bytesFromFreeSwitch } from "../../support/esl_recording.ts";
import {
  apiResponse,
  commandReply,
  type EslPeer,
  jsonEvent,
  ScriptedEsl,
} from "../../support/scripted_esl.ts";
import { eventually } from "../../support/wait.ts";
import { TRANSPORTS } from "./transports.ts";

/** What a promise rejects with. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It should have been rejected");
}

for (const transport of TRANSPORTS) {
  describe(`a client over ${transport}`, () => {
    /** A client that is welcome, and then meets `script`. */
    async function meet(
      script: (peer: EslPeer) => Promise<void>,
      body: (client: EslClient, scripted: ScriptedEsl) => Promise<void>,
      options: Partial<EslClientOptions> = {},
    ): Promise<void> {
      await using scripted = await ScriptedEsl.listen(async (peer) => {
        await peer.welcome();
        await script(peer);
      });
      await using client = new EslClient({
        port: scripted.port,
        password: "p",
        transport,
        ...options,
      });
      await client.connect();
      await body(client, scripted);
      client.close();
      await Promise.all(scripted.peers.map((peer) => peer.closed));
      expect(scripted.errors).toEqual([]);
    }

    test("is refused with the bytes that FreeSWITCH says to a wrong password", async () => {
      const recorded = bytesFromFreeSwitch("inbound-auth-fail");
      await using scripted = await ScriptedEsl.listen(async (peer) => {
        peer.write(recorded.subarray(0, 28));
        await peer.expect("auth wrong", recorded.subarray(28));
        peer.end();
      });
      await using client = new EslClient({ port: scripted.port, password: "wrong", transport });
      const error = await failureOf(client.connect());
      expect(error).toBeInstanceOf(EslAuthError);
      expect((error as EslAuthError).reply).toBe("-ERR invalid");
      expect(client.state).toBe("closed");
    });

    test("is turned away where a list of rules refuses its address", async () => {
      const text = "Access Denied, go away.\n";
      await using scripted = await ScriptedEsl.listen((peer) => {
        peer.write(`Content-Type: text/rude-rejection\nContent-Length: ${text.length}\n\n${text}`);
        peer.end();
        return peer.closed;
      });
      await using client = new EslClient({ port: scripted.port, password: "p", transport });
      const error = await failureOf(client.connect());
      expect(error).toBeInstanceOf(EslAuthError);
      expect((error as EslAuthError).reply).toBe("Access Denied, go away.");
    });

    test("gives each command its answer, whatever the kinds and however they are cut", async () => {
      const replies = [
        apiResponse("+OK one\n"),
        commandReply("+OK two"),
        apiResponse("-ERR three\n"),
        commandReply("-ERR four"),
        apiResponse("Zo\u00eb\n\n"),
        apiResponse(""),
      ].map((text) => new TextEncoder().encode(text));
      await meet(async (peer) => {
        for (let i = 0; i < replies.length; i++) await peer.command();
        for (const reply of replies) {
          for (const byte of reply) peer.write(Uint8Array.of(byte));
        }
      }, async (client) => {
        const answers = await Promise.allSettled([
          client.api("one"),
          client.command("two").then(({ text }) => text),
          client.api("three"),
          client.command("four"),
          client.api("five"),
          client.api("six"),
        ]);
        expect(
          answers.map((answer) =>
            answer.status === "fulfilled" ? answer.value : (answer.reason as EslError).reply
          ),
        ).toEqual(["+OK one", "+OK two", "-ERR three", "-ERR four", "Zo\u00eb\n", ""]);
      });
    });

    test("is told of an API command that is refused as if it were another", async () => {
      await meet(async (peer) => {
        await peer.expect("api status", commandReply("-ERR command not found"));
        await peer.expect("api next", apiResponse("next"));
      }, async (client) => {
        const [refused, next] = await Promise.all([
          failureOf(client.api("status")),
          client.api("next"),
        ]);
        expect(refused).toBeInstanceOf(EslRefusedError);
        expect((refused as EslRefusedError).reply).toBe("-ERR command not found");
        expect(next).toBe("next");
      });
    });

    test("passes over answers that nobody has asked for", async () => {
      await meet(async (peer) => {
        peer.write(commandReply("+OK stray") + apiResponse("stray"));
        await peer.expect("api one", commandReply("+OK stray") + apiResponse("one"));
        await peer.expect("two", apiResponse("stray") + commandReply("+OK two"));
      }, async (client) => {
        expect(await client.api("one")).toBe("one");
        expect((await client.command("two")).text).toBe("+OK two");
        expect(client.counters.strayReplies).toBe(4);
      });
    });

    test("sends no argument that would be another command", async () => {
      await meet((peer) => peer.serve(() => apiResponse("+OK")), async (client, scripted) => {
        const before = scripted.peers[0].commands.length;
        for (const bad of ["a\n\napi shutdown", "a\r\nb", "a\rb", "a\0b", "\n"]) {
          const tries = [
            client.api(`x ${bad}`),
            client.bgapi(`x ${bad}`),
            client.command(`x ${bad}`),
            client.execute("7", "playback", bad),
            client.execute(`7${bad}`, "playback"),
            client.execute("7", `playback${bad}`),
          ];
          for (const one of tries) {
            const error = await failureOf(one);
            expect(error).toBeInstanceOf(TypeError);
            expect((error as TypeError).message).toContain("Cannot send");
          }
        }
        expect(await client.api("still")).toBe("+OK");
        expect(scripted.peers[0].commands.slice(before)).toEqual(["api still"]);
      });
    });

    test("goes on when a listener throws, and tells of it", async () => {
      const event = (nth: number) => jsonEvent({ "Event-Name": "CHANNEL_ANSWER", nth: `${nth}` });
      await meet(async (peer) => {
        await peer.expect("api go", event(1) + event(2) + event(3) + apiResponse("+OK"));
      }, async (client) => {
        const seen: (string | undefined)[] = [];
        const errors: unknown[] = [];
        client.on("CHANNEL_ANSWER", () => {
          throw new Error("mine");
        });
        client.on("CHANNEL_ANSWER", (event) => void seen.push(event.get("nth")));
        client.on("error", ({ error }) => {
          errors.push(error);
          throw error;
        });
        expect(await client.api("go")).toBe("+OK");
        await eventually("all three are told", () => errors.length === 3);
        expect(seen).toEqual(["1", "2", "3"]);
        expect(errors.map(String)).toEqual(["Error: mine", "Error: mine", "Error: mine"]);
      });
    });

    test("settles all that waits when the connection is reset in the middle of a body", async () => {
      await meet(async (peer) => {
        for (let i = 0; i < 4; i++) await peer.command();
        peer.write(commandReply("+OK") + "Content-Type: api/response\nContent-Length: 100\n\nhalf");
        peer.reset();
      }, async (client) => {
        const lost = new Promise<EslError>((resolve) => {
          client.on("reconnecting", ({ error }) => resolve(error));
        });
        const job = client.bgapi("originate user/1 &park");
        for (const one of [job, client.api("a"), client.command("b"), client.api("c")]) {
          expect(await failureOf(one)).toBeInstanceOf(EslClosedError);
        }
        expect(await lost).toBeInstanceOf(EslClosedError);
        expect(client.state).toBe("waiting");
        expect(await failureOf(client.api("later"))).toBeInstanceOf(EslClosedError);
      });
    });

    test.each([
      ["too large", "16777217"],
      ["negative", "-1"],
    ])("ends a connection whose body is %s, and settles what waits", async (_what, length) => {
      await meet(async (peer) => {
        await peer.expect("api x", `Content-Type: api/response\nContent-Length: ${length}\n\n`);
      }, async (client) => {
        const error = await failureOf(client.api("x"));
        expect(error).toBeInstanceOf(EslClosedError);
        expect((error as EslError).message).toContain(length);
      });
    });

    test("takes events that cannot be read for what they are", async () => {
      const broken = ["{", "[]", "null", "7", '{"Event-Name":', ""].map((body) =>
        `Content-Length: ${body.length}\nContent-Type: text/event-json\n\n${body}`
      );
      const odd = [
        '{"Event-Name":7,"Unique-ID":["a","b"],"x":null,"y":{"z":1},"__proto__":{"q":1}}',
      ];
      await meet(async (peer) => {
        await peer.expect(
          "api go",
          [
            ...broken,
            ...odd.map((body) =>
              `Content-Length: ${body.length}\nContent-Type: text/event-json\n\n${body}`
            ),
            "Content-Type: text/event-xml\nContent-Length: 3\n\n<a>",
            "Nothing: known\n\n",
            apiResponse("+OK"),
          ].join(""),
        );
      }, async (client) => {
        const seen: unknown[] = [];
        client.on("event", (event) => {
          seen.push([event.name, event.uuid, event.get("x"), event.get("y"), event.get("q")]);
        });
        expect(await client.api("go")).toBe("+OK");
        // Events wait for their turn where there are many, and on a machine that is busy.
        await eventually("the event is told", () => seen.length > 0);
        expect(seen).toEqual([["7", "a", undefined, undefined, undefined]]);
        expect(client.counters.unreadable).toBe(8);
      });
    });
  });
}
