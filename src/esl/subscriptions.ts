/** Which events FreeSWITCH is asked for, so that the next connection asks for the same. */

import { oneLine, oneWord } from "./command_text.ts";

/** What the client itself lives on: reports of what is done, of channels that end, and signs of life. */
const NEEDED = [
  "BACKGROUND_JOB",
  "CHANNEL_EXECUTE_COMPLETE",
  "CHANNEL_HANGUP_COMPLETE",
  "HEARTBEAT",
];
/** Those of them that a filter for some channels would keep out. */
const UNFILTERED = ["BACKGROUND_JOB", "HEARTBEAT"];

/** Let only events through whose header has this value, or the value of another filter. */
export interface EslFilter {
  /** The header, such as `Unique-ID`. */
  readonly header: string;
  /** Its value; `/x/` is a regular expression. */
  readonly value: string;
}

/** Names of events, kinds of custom events, and filters. Each method gives the commands to send. */
export class Subscriptions {
  readonly #format: "json" | "plain";
  readonly #names = new Set(NEEDED);
  readonly #custom = new Set<string>();
  readonly #filters = new Map<string, EslFilter>();

  constructor(format: "json" | "plain") {
    this.#format = format;
  }

  /** Asks for more. */
  add(names: readonly string[], custom: readonly string[] = []): string[] {
    for (const name of names) checkName(name);
    for (const subclass of custom) oneWord("the kind of event", subclass);
    for (const name of names) this.#names.add(name.toUpperCase());
    for (const subclass of custom) this.#custom.add(subclass);
    return this.#eventCommands(names, custom);
  }

  /** Lets less through. */
  addFilter(filter: EslFilter): string[] {
    oneWord("the header of the filter", filter.header);
    oneLine("the value of the filter", filter.value);
    const isFirst = this.#filters.size === 0;
    this.#filters.set(keyOf(filter), filter);
    return [...(isFirst ? unfilteredCommands() : []), filterCommand(filter)];
  }

  /** Takes a filter back. The last one leaves none. */
  removeFilter(filter: EslFilter): string[] {
    if (!this.#filters.delete(keyOf(filter))) return [];
    if (this.#filters.size === 0) return ["filter delete all"];
    return [`filter delete ${filter.header} ${filter.value}`];
  }

  /** All that a new connection must be told. */
  commands(): string[] {
    const filters = [...this.#filters.values()].map(filterCommand);
    return [
      ...(filters.length > 0 ? [...unfilteredCommands(), ...filters] : []),
      ...this.#eventCommands([...this.#names], [...this.#custom]),
    ];
  }

  #eventCommands(names: readonly string[], custom: readonly string[]): string[] {
    // All words behind CUSTOM are kinds of it.
    const words = [...names.filter((name) => name.toUpperCase() !== "CUSTOM")];
    if (custom.length > 0) words.push("CUSTOM", ...custom);
    return words.length === 0 ? [] : [`event ${this.#format} ${words.join(" ")}`];
  }
}

function unfilteredCommands(): string[] {
  return UNFILTERED.map((value) => filterCommand({ header: "Event-Name", value }));
}

function filterCommand({ header, value }: EslFilter): string {
  return `filter ${header} ${value}`;
}

function keyOf({ header, value }: EslFilter): string {
  return `${header} ${value}`;
}

/** FreeSWITCH kills a listener that cannot keep up, and ALL is more than anyone uses. */
function checkName(name: string): void {
  if (name.toUpperCase() === "ALL") {
    throw new RangeError(
      "Cannot subscribe as events must be named one by one: current value is ALL",
    );
  }
  if (!/^\w+$/.test(name)) {
    throw new TypeError(`Cannot subscribe as an event must be a name: current value is ${name}`);
  }
}
