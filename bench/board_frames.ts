/**
 * Does the board stay smooth with 300 calls? Times between frames in Chromium, while all calls talk and
 * the list is scrolled.
 *
 *     bun bench/board_frames.ts [calls] [seconds]
 *
 * Or `deno run -A bench/board_frames.ts`. Chromium draws without a graphics card here.
 */

import process from "node:process";
import { BoardPage } from "../test/support/board_page.ts";
import { Chromium } from "../test/support/chromium.ts";
import { RUNTIME } from "../test/support/phone_process.ts";
import { wireCall, wireStatus, wireTalk } from "../test/support/wire_calls.ts";
import type { WirePhone } from "../test/support/wire_phone.ts";

const [calls = 300, seconds = 5] = process.argv.slice(2).map(Number);
const ids = Array.from({ length: calls }, (_, i) => `call-${i}`);

/** How the frames of a few seconds came, in ms. */
interface Frames {
  readonly frames: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly rows: number;
}

/** Each call says as much as a phone tells of one: levels five times a second, and who begins to speak. */
function talk(phone: WirePhone, tick: number): void {
  const loud = (i: number) => Math.abs(Math.sin(tick * 1.7 + i));
  const four = (i: number) => [0, 1, 2, 3].map((n) => Number((loud(i + n) * 0.6).toFixed(2)));
  phone.tell("levels", {
    at: Date.now(),
    calls: Object.fromEntries(ids.map((id, i) => [id, { caller: four(i), agent: four(i + 7) }])),
  });
  for (let i = tick % 25; i < calls; i += 25) {
    phone.put({ id: ids[i], speaking: { caller: tick % 2 === 0, agent: tick % 2 === 1 } });
  }
  if (tick % 5 === 0) phone.tell("status", wireStatus({ calls }));
}

/** Watches the frames of the page, while its list is scrolled or not. */
async function watch(board: BoardPage, isScrolled: boolean): Promise<Frames> {
  return await board.value(`(async () => {
    const box = document.querySelector("#live-list");
    const gaps = [];
    const end = performance.now() + ${1000 * seconds};
    for (let last = performance.now(); last < end;) {
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      if (${isScrolled}) box.scrollTop = (box.scrollTop + 60) % (box.scrollHeight - box.clientHeight + 1);
    }
    gaps.sort((one, other) => one - other);
    const of = (share) => Math.round(10 * gaps[Math.floor(share * (gaps.length - 1))]) / 10;
    const rows = box.querySelectorAll(".row").length;
    return { frames: gaps.length, p50: of(0.5), p99: of(0.99), max: of(1), rows };
  })()`);
}

await using chromium = await Chromium.start();
await using board = await BoardPage.open(chromium, `live/${ids[0]}`, (phone) => {
  for (const [i, id] of ids.entries()) {
    const call = wireCall(id, { from: { user: `+4930${i}` } });
    phone.put({ ...call, ...wireTalk(call.answeredAt as number) });
  }
}, { width: 1440, height: 900, dark: true });
await board.says("#connection", "live");
let tick = 0;
const timer = setInterval(() => talk(board.phone, tick++), 200);
console.log(`${calls} calls, Chromium ${await chromium.browser.version()}, served by ${RUNTIME}`);
for (const isScrolled of [false, true]) {
  const { frames, p50, p99, max, rows } = await watch(board, isScrolled);
  console.log(
    `${isScrolled ? "scrolled" : "still"}: ${frames} frames in ${seconds} s, ` +
      `${p50} ms apart (p50), ${p99} (p99), ${max} (max); ${rows} rows are made`,
  );
}
clearInterval(timer);
