/**
 * `bun:test` for Deno: the few names our tests use, over `node:test` and npm's `expect`.
 *
 * deno.json maps `bun:test` to this file, so that each test file runs on both runtimes as it is.
 */
import {
  after as afterAll,
  afterEach,
  before as beforeAll,
  beforeEach,
  describe as nodeDescribe,
  test as nodeTest,
} from "node:test";
import { expect } from "expect";

type Body = () => void | Promise<void>;

interface Test {
  (name: string, body: Body, timeoutMs?: number): void;
  skipIf(condition: boolean): Test;
  each<T extends readonly [unknown, ...unknown[]]>(
    rows: readonly T[],
  ): (name: string, body: (...row: [...T]) => void | Promise<void>, timeoutMs?: number) => void;
}

interface Describe {
  (name: string, body: () => void): void;
  skipIf(condition: boolean): Describe;
}

function makeTest(skip: boolean): Test {
  const run = (name: string, body: Body, timeoutMs?: number) => {
    void nodeTest(name, { skip, timeout: timeoutMs }, body);
  };
  const each = <T extends readonly [unknown, ...unknown[]]>(rows: readonly T[]) =>
  (
    name: string,
    body: (...row: [...T]) => void | Promise<void>,
    timeoutMs?: number,
  ) => {
    for (const row of rows) {
      let position = 0;
      run(name.replace(/%[sdjo]/g, () => String(row[position++])), () => body(...row), timeoutMs);
    }
  };
  return Object.assign(run, { skipIf: (condition: boolean) => makeTest(skip || condition), each });
}

function makeDescribe(skip: boolean): Describe {
  const run = (name: string, body: () => void) => {
    void nodeDescribe(name, { skip }, body);
  };
  return Object.assign(run, { skipIf: (condition: boolean) => makeDescribe(skip || condition) });
}

const test: Test = makeTest(false);
const describe: Describe = makeDescribe(false);

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, test as it };
