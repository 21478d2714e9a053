import { env } from "node:process";

/**
 * How many mutations a test tries: SOFIA_PHONE_FUZZ where it is set, else 20,000.
 *
 * `SOFIA_PHONE_FUZZ=1000000 bun test test/sip/fuzz_test.ts` is the long run.
 */
export function fuzzRounds(): number {
  const rounds = Number(env.SOFIA_PHONE_FUZZ ?? 20_000);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new RangeError(
    `Cannot fuzz as SOFIA_PHONE_FUZZ must be a whole number: current value is ${env.SOFIA_PHONE_FUZZ}`,
  );
}
