// @ts-check
/** Numbers and names as people read them. */

/** @param {number} ms @returns {string} `0:07`, `12:30` or `1:02:03` */
export function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** @param {number} ms @returns {string} `3 minutes 7 seconds`, for those who hear it */
export function spokenDuration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const parts = [[Math.floor(s / 3600), "hour"], [Math.floor(s / 60) % 60, "minute"], [
    s % 60,
    "second",
  ]];
  const said = parts.filter(([n]) => n !== 0).map(([n, unit]) =>
    `${n} ${unit}${n === 1 ? "" : "s"}`
  );
  return said.length > 0 ? said.join(" ") : "0 seconds";
}

/** @param {number} ms @returns {string} `48 ms`, `1.24 s` */
export function milliseconds(ms) {
  return Math.abs(ms) < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const WHOLE = new Intl.NumberFormat();

/** @param {number} at ms since 1970 @returns {string} the time, with the day unless it is today's */
export function timeAndDay(at, now = Date.now()) {
  const day = DAY.format(at);
  return day === DAY.format(now) ? TIME.format(at) : `${day}, ${TIME.format(at)}`;
}

/** @param {number} n @returns {string} with the marks of thousands */
export function whole(n) {
  return WHOLE.format(n);
}

/** @param {number} n @param {string} one @param {string} [many] @returns {string} `1 call`, `2 calls` */
export function counted(n, one, many = `${one}s`) {
  return `${whole(n)} ${n === 1 ? one : many}`;
}

/**
 * What a mean opinion score means, by the classes of satisfaction of ITU-T G.109.
 *
 * @param {number} mos 1 to 4.5
 * @returns {{ word: string, tone: "good" | "warn" | "bad" }}
 */
export function opinion(mos) {
  if (mos >= 4.34) return { word: "excellent", tone: "good" };
  if (mos >= 4.03) return { word: "good", tone: "good" };
  if (mos >= 3.6) return { word: "fair", tone: "warn" };
  return { word: mos >= 3.1 ? "poor" : "bad", tone: "bad" };
}

/** @param {{ user: string, name?: string }} party @returns {string} its name, or its number without one */
export function nameOf(party) {
  return plain(party.name ?? "") || plain(party.user) || "unknown";
}

/**
 * A name without what would turn round, or break, the words beside it: callers choose their names.
 *
 * @param {string} text
 * @returns {string}
 */
export function plain(text) {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
}

/** @type {Readonly<Record<string, { word: string, icon: string }>>} */
const DOORS = Object.assign(Object.create(null), {
  sip: { word: "SIP", icon: "sip" },
  browser: { word: "browser", icon: "browser" },
  twilio: { word: "Twilio", icon: "cloud" },
  audiosocket: { word: "AudioSocket", icon: "plug" },
});

/** @param {string | undefined} door @returns {{ word: string, icon: string }} */
export function doorOf(door) {
  return DOORS[door ?? "sip"] ?? { word: String(door), icon: "phone" };
}
