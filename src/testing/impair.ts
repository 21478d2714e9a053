/** What a line does to a call. */

/** What happens to the packets of one direction. */
export interface NetworkImpairments {
  /** How many packets are lost, each on its own, 0 to 1. @default 0 */
  readonly loss?: number;
  /**
   * Losses in bursts, by the model of Gilbert and Elliott: before each packet the line goes bad with
   * `enter` or good again with `leave`, and while it is bad a packet is lost with `loss` (1 if not
   * said). A burst has 1 / `leave` packets on average. @default none
   */
  readonly burst?: { readonly enter: number; readonly leave: number; readonly loss?: number };
  /** What each packet takes at least, one way, in ms. @default 0 */
  readonly delayMs?: number;
  /** What a packet takes more, up to this many ms, evenly spread; order is kept. @default 0 */
  readonly jitterMs?: number;
  /** How many packets are overtaken by the one or two after them, 0 to 1. @default 0 */
  readonly reorder?: number;
  /** How many packets come twice, 0 to 1. @default 0 */
  readonly duplicate?: number;
}

/** What happens to a call's line; what is named here happens in both directions. */
export interface LineImpairments extends NetworkImpairments {
  /** What is different on the way from the caller to the agent. @default nothing */
  readonly toAgent?: NetworkImpairments;
  /** What is different on the way from the agent to the caller. @default nothing */
  readonly toCaller?: NetworkImpairments;
  /** How much faster the caller's telephone counts time than we do, in millionths. @default 0 */
  readonly driftPpm?: number;
  /**
   * The agent's voice comes back through the caller's microphone: so much softer, in dB (below 0),
   * and so much later, in ms (at least 20). @default none
   */
  readonly echo?: { readonly levelDb: number; readonly delayMs: number };
}

/** A line whose impairments were checked. */
export interface Line {
  /** The way from the caller to the agent. */
  readonly toAgent: NetworkImpairments;
  /** The way from the agent to the caller. */
  readonly toCaller: NetworkImpairments;
  /** Millionths. */
  readonly driftPpm: number;
  /** The echo of the agent's voice. */
  readonly echo: LineImpairments["echo"];
}

/**
 * A line with these impairments, for the option `line` of `simulate`.
 *
 * @throws {RangeError} for a value that cannot be
 */
export function impair(impairments: LineImpairments): Line {
  const { toAgent, toCaller, driftPpm = 0, echo, ...both } = impairments;
  const line = { toAgent: { ...both, ...toAgent }, toCaller: { ...both, ...toCaller } };
  for (const direction of [line.toAgent, line.toCaller]) check(direction);
  requireWithin("driftPpm", driftPpm, -5000, 5000);
  if (echo !== undefined) {
    requireWithin("echo.levelDb", echo.levelDb, -100, 0);
    requireWithin("echo.delayMs", echo.delayMs, 20, 2000);
  }
  return { ...line, driftPpm, echo };
}

function check({ loss, burst, delayMs, jitterMs, reorder, duplicate }: NetworkImpairments): void {
  const shares = {
    loss,
    reorder,
    duplicate,
    "burst.enter": burst?.enter,
    "burst.leave": burst?.leave,
    "burst.loss": burst?.loss,
  };
  for (const [name, share] of Object.entries(shares)) requireWithin(name, share ?? 0, 0, 1);
  requireWithin("delayMs", delayMs ?? 0, 0, 5000);
  requireWithin("jitterMs", jitterMs ?? 0, 0, 5000);
}

function requireWithin(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new RangeError(
    `Cannot impair a line as ${name} is ${least} to ${most}: current value is ${value}`,
  );
}
