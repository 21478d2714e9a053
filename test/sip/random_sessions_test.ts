import { describe, expect, test } from "bun:test";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import type { SipTransport } from "../../src/sip/mod.ts";
import { fuzzRounds } from "../support/fuzz_rounds.ts";
import { SipLink, type SipLinkOptions } from "../support/sip_link.ts";
import { type Side, SipParty } from "../support/sip_party.ts";
import { sdpNameOf } from "../support/sip_peer.ts";

const ALICE = "192.0.2.1";
const BOB = "192.0.2.2";
const CALLS = 6;
const LIVES = Math.ceil(fuzzRounds() / 1000);

/** The two of them after two minutes of a random life and two of rest, and where they disagreed. */
async function life(seed: number, options: SipLinkOptions, transport: SipTransport) {
  const clock = new VirtualClock(1000);
  const random = new SeededRandom(seed);
  const link = new SipLink(clock, random, options);
  const shared = { clock, random, link, transports: [transport] };
  const [alice, bob] = [new SipParty("alice", ALICE, shared), new SipParty("bob", BOB, shared)];
  await Promise.all([alice.agent.start(), bob.agent.start()]);
  for (let n = 0; n < CALLS; n++) {
    const [caller, host] = n % 2 === 0 ? [alice, BOB] : [bob, ALICE];
    const target = `sip:1001@${host}${transport === "tcp" ? ";transport=tcp" : ""}`;
    clock.setTimer(() => void caller.call(target), random.uint32() % 20_000);
  }
  const parties = [alice, bob] as const;
  const disagreed: string[] = [];
  let agreed = 0;
  for (let second = 0; second < 240; second++) {
    await clock.advance(1000);
    if (second === 120) alice.isLively = bob.isLively = false;
    for (const [said, heard] of descriptions(alice, bob)) {
      if (said === heard) agreed++;
      else disagreed.push(`${heard} was heard, and not ${said}, after ${second} s`);
    }
  }
  return { clock, parties, agreed, disagreed };
}

/** What each end has said last and the other has heard last, of the calls that nobody is changing. */
function descriptions(alice: SipParty, bob: SipParty): [said: string, heard: string][] {
  const isChanging = ({ open }: Side) => [...open].some((what) => what.startsWith("reinvite"));
  return alice.sides.flatMap((side): [string, string][] => {
    const other = bob.sides.find(({ call }) => call !== undefined && call.id === side.call?.id);
    if (side.call?.state !== "confirmed" || other?.call?.state !== "confirmed") return [];
    if (isChanging(side) || isChanging(other)) return [];
    return [
      [side.local, nameOf(other.call.remoteSdp)],
      [other.local, nameOf(side.call.remoteSdp)],
    ];
  });
}

function nameOf(sdp: Uint8Array | undefined): string {
  return sdpNameOf(`\r\n\r\n${new TextDecoder().decode(sdp)}`);
}

/** Ends all, and looks for what is left. */
async function leftovers({ clock, parties }: Awaited<ReturnType<typeof life>>): Promise<string[]> {
  const stops = parties.map(({ agent }) => agent.stop());
  await clock.advance(10_000);
  await Promise.all(stops);
  await clock.advance(120_000);
  const left = parties.flatMap(({ name, agent, sides, thrown, complaints }) => {
    const { calls, transactions, faults, handlerErrors } = agent.counters;
    const found = { calls, transactions, faults: Object.keys(faults).length };
    return [
      ...Object.entries(found).flatMap(([what, count]) => count === 0 ? [] : [`${what} ${count}`]),
      ...(handlerErrors === thrown ? [] : [`${handlerErrors} errors of handlers, not ${thrown}`]),
      ...sides.flatMap(({ id, open }) => [...open].map((what) => `${id} waits for ${what}`)),
      ...sides.flatMap(({ id, call, ends }) =>
        call !== undefined && ends.length !== 1 ? [`${id} ended ${ends.length} times`] : []
      ),
      ...complaints,
    ].map((what) => `${name}: ${what}`);
  });
  return clock.pending === 0 ? left : [...left, `${clock.pending} timers`];
}

describe("two user agents that do at random all they may", () => {
  test.each([
    ["a slow network", { doubles: 0.05, delayMs: 300 }, "udp"],
    ["a network that loses a fifth", { loss: 0.2, doubles: 0.1, delayMs: 200 }, "udp"],
    ["TCP", { delayMs: 300 }, "tcp"],
    ["TCP that breaks", { breaks: 0.02, delayMs: 100 }, "tcp"],
  ] as [string, SipLinkOptions, SipTransport][])(
    "agree over %s, end each call, and leave nothing of any",
    async (_, options, transport) => {
      let agreed = 0;
      for (let seed = 0; seed < LIVES; seed++) {
        const scene = await life(seed, options, transport);
        agreed += scene.agreed;
        // Where an answer may be lost, one end may know more than the other for a while.
        const isSure = options.loss === undefined && options.breaks === undefined;
        const disagreed = isSure ? scene.disagreed : [];
        const left = await leftovers(scene);
        expect({ seed, disagreed, left }).toEqual({ seed, disagreed: [], left: [] });
      }
      expect(agreed).toBeGreaterThan(0);
    },
    60_000 + 2000 * LIVES,
  );
});
