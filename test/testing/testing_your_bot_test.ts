/** The example is itself a file of tests, of `node:test`: to import it is to run them. */
import "../../examples/testing_your_bot.ts";
