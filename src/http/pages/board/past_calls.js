// @ts-check
/** Past calls, as the phone finds them page by page. */

/** @typedef {import("./wire.js").PastCall} PastCall */
/** @typedef {{ calls: PastCall[], next?: number }} Page */
/** @typedef {{ q: string, only: string }} Wanted what is searched for; "" is everything */

/** Calls that are asked for at a time. */
const PAGE = 100;
/** The phone reads only so much for one page: so many are asked for before a person is asked whether to go on. */
const MOST_PAGES = 40;
/** More calls than this are begun anew, as a page that is open for days would keep all there ever were. */
const MOST = 2000;

/** Calls that are over, of one search at a time. */
export class PastCalls {
  /** @type {import("../shared/phone_api.js").PhoneApi} */
  #api;
  /** @type {Map<string, PastCall>} */
  #calls = new Map();
  /** Where the next page begins. @type {number | undefined} */
  #next;
  /** @type {AbortController | undefined} */
  #asking;
  /** Whether those of another search are still in the place of those that are asked for. */
  #isOld = false;

  /** @param {import("../shared/phone_api.js").PhoneApi} api */
  constructor(api) {
    this.#api = api;
  }

  /** Whether the phone is being asked. */
  get isAsking() {
    return this.#asking !== undefined;
  }

  /** Whether nothing is known yet of what is searched for. */
  get isOld() {
    return this.#isOld;
  }

  /** Whether there are earlier ones, perhaps. */
  get hasMore() {
    return this.#next !== undefined;
  }

  get size() {
    return this.#calls.size;
  }

  /** All of them, the latest first. */
  get latest() {
    return [...this.#calls.values()]
      .map((call) => ({ call, at: Date.parse(call.record.startedAt) }))
      .sort((one, other) => other.at - one.at)
      .map(({ call }) => call);
  }

  /** @param {string} id */
  get(id) {
    return this.#calls.get(id);
  }

  /** @param {PastCall} call Takes a new one. @returns {boolean} whether it can be taken as things are */
  add(call) {
    if (this.isAsking || this.#calls.size >= MOST) return false;
    this.#calls = byId([call, ...this.#calls.values()]);
    return true;
  }

  /**
   * Asks for the latest calls of another search, for those that are new, or for earlier ones, in the place of
   * what was asked and is not answered yet.
   *
   * @param {"anew" | "latest" | "earlier"} what
   * @param {Wanted} wanted
   * @param {() => void} onPage told that there are more of them
   * @returns {Promise<boolean>} whether all was answered; false if something else was asked meanwhile
   */
  async ask(what, wanted, onPage) {
    this.#asking?.abort();
    const asking = this.#asking = new AbortController();
    if (what === "anew") this.#isOld = true;
    try {
      const most = (what === "anew" ? 0 : this.size) + PAGE;
      for (let pages = 0; pages < MOST_PAGES; pages++) {
        const before = what === "earlier" ? this.#next : undefined;
        const page = await this.#page(wanted, before, asking.signal);
        if (asking.signal.aborted) return false;
        this.#take(what, page);
        if (what === "latest" || !this.hasMore || this.size >= most) break;
        what = "earlier";
        onPage();
      }
      return true;
    } catch (error) {
      if (asking.signal.aborted) return false;
      throw error;
    } finally {
      if (this.#asking === asking) this.#asking = undefined;
    }
  }

  /**
   * @param {Wanted} wanted
   * @param {number | undefined} before
   * @param {AbortSignal} signal
   * @returns {Promise<Page>}
   */
  #page({ q, only }, before, signal) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (q !== "") query.set("q", q);
    if (only !== "") query.set("only", only);
    if (before !== undefined) query.set("before", String(before));
    return this.#api.json(`history?${query}`, { signal });
  }

  /** @param {"anew" | "latest" | "earlier"} what @param {Page} page */
  #take(what, { calls, next }) {
    this.#isOld = false;
    const news = calls.filter(({ id }) => !this.#calls.has(id)).length;
    // A whole page of new ones: there may be more of them before those that are known.
    const isGap = calls.length >= PAGE && news === calls.length;
    const isAnew = what === "anew" || (what === "latest" && (isGap || this.size + news > MOST));
    const known = isAnew ? [] : [...this.#calls.values()];
    this.#calls = byId(what === "earlier" ? [...known, ...calls] : [...calls, ...known]);
    if (isAnew || what === "earlier") this.#next = next;
  }
}

/**
 * @param {readonly PastCall[]} calls the latest first
 * @returns {Map<string, PastCall>} by their names; of two of one name, as of a caller who was cut off and
 * came back, the later
 */
function byId(calls) {
  return new Map(calls.map((call) => /** @type {const} */ ([call.id, call])).reverse());
}
