/** The network in memory of the test kit, for our own tests. */

export { VirtualNetwork, VirtualSocket } from "../../src/testing/mod.ts";
