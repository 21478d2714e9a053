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

/** What the dialplan says of a call that has dialled 7123. */
const CALL = { sofia_phone_number: "7123", sofia_phone_leg: "leg-1" };

/** A door, a call at it with these variables, and the bridge that is asked for. */
async function calledIn(
  variables: Readonly<Record<string, string>>,
  options: FreeSwitchDoorOptions = {},
) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const door = new FreeSwitchDoor({ port: 0, ...options }, { us: "127.0.0.1:5070", onError });
  await door.open();
  const peer = await ScriptedEsl.call(door.port);
  const lines = Object.entries(variables).map(([name, value]) => `variable_${name}: ${value}\n`);
  const head = `Event-Name: CHANNEL_DATA\nUnique-ID: u1\n${lines.join("")}`;
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
  test("has FreeSWITCH call us for each call, and says that it is over before it lets go", async () => {
    const { door, peer, bridge, target, errors } = await calledIn(CALL);
    expect(target).toBe(
      "{sip_h_X-Sofia-Channel=u1,origination_uuid=leg-1,absolute_codec_string=PCMU," +
        "media_timeout=1000}sofia/sofia_phone/sip:7123@127.0.0.1:5070",
    );
    isOver(peer, bridge, 4);
    await peer.expect("api uuid_setvar u1 sofia_phone_leg", apiResponse("+OK\n"));
    await peer.closed;
    expect(peer.commands.filter((command) => command.includes("socket_resume"))).toEqual([]);
    await door.close();
    expect(errors).toEqual([]);
  });

  test("calls us by any UUID where an older dialplan names none", async () => {
    const { door, peer, bridge, target } = await calledIn({ sofia_phone_number: "7123" });
    expect(target).not.toContain("origination_uuid");
    isOver(peer, bridge, 4);
    await peer.expect("api uuid_setvar u1 sofia_phone_leg", apiResponse("+OK\n"));
    await peer.closed;
    await door.close();
  });

  test("does not call back to the dialplan whom FreeSWITCH has taken elsewhere", async () => {
    const { door, peer, bridge } = await calledIn(CALL);
    isOver(peer, bridge, 9);
    await peer.expect("api uuid_setvar u1 socket_resume", apiResponse("+OK\n"));
    await peer.closed;
    await door.close();
  });

  test("lets go of a call whose end it could not say", async () => {
    const { door, peer, bridge, errors } = await calledIn(CALL);
    isOver(peer, bridge, 4);
    await peer.expect("api uuid_setvar u1 ", apiResponse("-ERR No such channel!\n"));
    await peer.closed;
    await door.close();
    expect(errors).toEqual([]);
  });

  test("calls one telephone by one profile, whatever was dialled", async () => {
    const nasty = encodeURIComponent("7,user/1|{x=y} @z\n");
    const options = { profile: "inside", codecs: "OPUS,PCMU", mediaTimeoutMs: 3000 };
    const { door, peer, target } = await calledIn({ sofia_phone_number: nasty }, options);
    expect(target?.endsWith("}sofia/inside/sip:7user1xyz@127.0.0.1:5070")).toBe(true);
    expect(target).toContain("media_timeout=3000");
    peer.end();
    await door.close();
    const other = await calledIn({ sofia_phone_number: "%2C" });
    expect(other.target?.endsWith("}sofia/sofia_phone/sip:unknown@127.0.0.1:5070")).toBe(true);
    other.peer.end();
    await other.door.close();
  });
});
