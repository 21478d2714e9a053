/** The ways of a phone to the telephone network. */

import {
  type DigestCredentials,
  formatHostPort,
  formatUri,
  parseUri,
  type RegisterOptions,
  type Registration,
} from "../sip/mod.ts";
import type { TrunkOptions, TrunkState } from "./trunk_options.ts";

/** A user agent, as {@link Trunks} need it. */
export interface Registrar {
  /** See {@link SipUserAgent.register}. */
  register(options: RegisterOptions): Registration;
}

/** A trunk whose options were read. */
export interface Trunk {
  readonly options: TrunkOptions;
  /** Where its messages go. */
  readonly server: string;
  readonly domain: string;
  /** Who calls there, as an address. */
  readonly from: string | undefined;
  readonly auth: DigestCredentials | undefined;
}

/** Reads trunks, and keeps those told where we are that want to be. */
export class Trunks {
  readonly #trunks: ReadonlyMap<string, Trunk>;
  readonly #states = new Map<string, TrunkState>();
  readonly #onState: (state: TrunkState) => void;

  /** @throws {TypeError | SyntaxError} for options that cannot be; it says which */
  constructor(options: readonly TrunkOptions[], onState: (state: TrunkState) => void) {
    this.#trunks = new Map(options.map((one) => [one.name, readTrunk(one)]));
    this.#onState = onState;
    if (this.#trunks.size < options.length) {
      throw new TypeError(
        "Cannot have trunks as each is called otherwise: current value is " +
          options.map(({ name }) => name).join(", "),
      );
    }
    for (const { name } of options) this.#states.set(name, { name, state: "unregistered" });
  }

  /** How each stands. */
  get states(): readonly TrunkState[] {
    return [...this.#states.values()];
  }

  /** Begins to register; who stops the user agent ends that. */
  start(agent: Registrar): void {
    for (const trunk of this.#trunks.values()) {
      const { name, username, register = username !== undefined, expiresS } = trunk.options;
      if (!register) continue;
      agent.register({
        registrar: trunk.server,
        addressOfRecord: `sip:${formatUser(username!)}@${trunk.domain}`,
        auth: trunk.auth,
        expires: expiresS,
        transport: trunk.options.transport,
        onState: (state, error) => {
          const told = error === undefined ? { name, state } : { name, state, error };
          this.#states.set(name, told);
          this.#onState(told);
        },
      });
    }
  }

  /** The trunk of this name; without a name the only one, or undefined. @throws {TypeError} for another name */
  find(name: string | undefined): Trunk | undefined {
    if (name === undefined) {
      return this.#trunks.size === 1 ? [...this.#trunks.values()][0] : undefined;
    }
    const trunk = this.#trunks.get(name);
    if (trunk !== undefined) return trunk;
    throw new TypeError(
      `Cannot call as trunk must be one of the phone's (${[...this.#trunks.keys()].join(", ")}): ` +
        `current value is ${name}`,
    );
  }
}

/** A number or user as it stands in an address, with what means something there escaped. */
export function formatUser(user: string): string {
  return encodeURIComponent(user).replaceAll("%2B", "+").replaceAll("%3B", ";");
}

function readTrunk(options: TrunkOptions): Trunk {
  const { name, username, password, register } = options;
  const server = /^sip:/i.test(options.server) ? options.server : `sip:${options.server}`;
  const uri = parseUri(server);
  if (uri === undefined || uri.scheme !== "sip") {
    throw new SyntaxError(
      `Cannot have the trunk ${name} as server is a host or a sip: URI: ` +
        `current value is ${options.server}`,
    );
  }
  if (register === true && username === undefined) {
    throw new TypeError(
      `Cannot register at the trunk ${name} as that takes a username: it has none`,
    );
  }
  const { domain = formatHostPort(uri.host, undefined), realm = domain } = options;
  const user = options.from ?? username;
  const from = user === undefined || /[<:]/.test(user)
    ? user
    : `<sip:${formatUser(user)}@${domain}>`;
  const auth = username === undefined || password === undefined
    ? undefined
    : { username, password, realm };
  return { options, server: formatUri(uri), domain, from, auth };
}
