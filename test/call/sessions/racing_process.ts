/**
 * Claims one call in every epoch there is, as fast as it can, beside another that does the same, and
 * prints which epochs it has won.
 *
 * Arguments: the folder or the address of the store, its own name and the other's, and how many it is to
 * win.
 */
import process from "node:process";
import { FileStore } from "../../../src/call/mod.ts";
import { RedisStore } from "../../../src/call/redis.ts";
import { wait } from "../../support/wait.ts";
import { call } from "./some_call.ts";

const [where, owner, other, most] = process.argv.slice(2);
const store = where.includes("://") ? new RedisStore(where) : new FileStore(where);
// It is a race only if both have started.
await store.claim(call({ id: owner }));
while (await store.get(other) === undefined) await wait(1);

const won: number[] = [];
for (let epoch = 1; won.length < Number(most);) {
  if (await store.claim(call({ id: "raced", owner, epoch }))) won.push(epoch);
  // As a phone does it: from what is there on.
  epoch = ((await store.get("raced"))?.epoch ?? epoch) + 1;
}
process.stdout.write(JSON.stringify(won));
if (store instanceof RedisStore) await store.close();
