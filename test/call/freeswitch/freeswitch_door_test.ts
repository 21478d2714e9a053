import { describe, expect, test } from "bun:test";
import { FreeSwitchDoor, type FreeSwitchDoorOptions } from "../../../src/call/mod.ts";
import {
  apiResponse,
  commandReply,
  type EslPeer,
  jsonEvent,
  ScriptedEsl,
} from "../../support/scripted_esl.ts";

const APPLICATIONS = apiResponse(JSON.stringify({ rows: [{ name: "bridge" }] }));

/** A door, a call at it that has dialled `number`, and the bridge that is asked for. */
async function calledIn(number: string, options: FreeSwitchDoorOptions = {}) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const door = new FreeSwitchDoor({ port: 0, ...options }, { us: "127.0.0.1:5070", onError });
  await door.open();
  const peer = await ScriptedEsl.call(door.port);
  const head = `Event-Name: CHANNEL_DATA\nUnique-ID: u1\nvariable_sofia_phone_number: ${number}\n`;
  const reply =
    "Content-Type: command/reply\nReply-Text: %2BOK%0A\nSocket-Mode: async\nControl: full";
  await peer.expect("connect", `${head}${reply}\n\n`);
  await peer.expect("linger", commandReply("+OK"));
  await peer.expect("myevents json", commandReply("+OK"));
  await peer.expect("event json BACKGROUND_JOB ", commandReply("+OK"));
  peer.write(jsonEvent({ "Event-Name": "CHANNEL_PARK", "Unique-ID": "u1" }));
  await peer.expect("api show application as json", APPLICATIONS);
  const bridge = await peer.expect("sendmsg u1", commandReply("+OK"));
  const target = /execute-app-arg: (.*)/.exec(bridge)?.[1];
  return { door, peer, bridge, target, errors };
}

/** The bridge is over, in a state of the channel. */
function isOver(peer: EslPeer, bridge: string, state: number): void {
  peer.write(jsonEvent({
    "Event-Name": "CHANNEL_EXECUTE_COMPLETE",
    "Unique-ID": "u1",
    "Application-UUID": /Event-UUID: (.*)/.exec(bridge)?.[1] ?? "",
    "Channel-State": "CS_EXECUTE",
    "Channel-State-Number": String(state),
  }));
}

describe("FreeSwitchDoor", () => {
  test("has FreeSWITCH call us for each call, and lets go of it when that is over", async () => {
    const { door, peer, bridge, target, errors } = await calledIn("7123");
    expect(target).toBe(
      "{sip_h_X-Sofia-Channel=u1,absolute_codec_string=PCMU,media_timeout=1000}" +
        "sofia/sofia_phone/sip:7123@127.0.0.1:5070",
    );
    isOver(peer, bridge, 4);
    await peer.closed;
    expect(peer.commands.filter((command) => command.includes("uuid_setvar"))).toEqual([]);
    await door.close();
    expect(errors).toEqual([]);
  });

  test("does not call back to the dialplan whom FreeSWITCH has taken elsewhere", async () => {
    const { door, peer, bridge } = await calledIn("7123");
    isOver(peer, bridge, 9);
    await peer.expect("api uuid_setvar u1 socket_resume", apiResponse("+OK\n"));
    await peer.closed;
    await door.close();
  });

  test("calls one telephone by one profile, whatever was dialled", async () => {
    const nasty = encodeURIComponent("7,user/1|{x=y} @z\n");
    const options = { profile: "inside", codecs: "OPUS,PCMU", mediaTimeoutMs: 3000 };
    const { door, peer, bridge, target } = await calledIn(nasty, options);
    expect(target?.endsWith("}sofia/inside/sip:7user1xyz@127.0.0.1:5070")).toBe(true);
    expect(target).toContain("media_timeout=3000");
    isOver(peer, bridge, 4);
    await peer.closed;
    await door.close();
    const other = await calledIn("%2C");
    expect(other.target?.endsWith("}sofia/sofia_phone/sip:unknown@127.0.0.1:5070")).toBe(true);
    isOver(other.peer, other.bridge, 4);
    await other.peer.closed;
    await other.door.close();
  });
});
