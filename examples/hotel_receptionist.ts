/**
 * A hotel's receptionist who needs no network and no AI: rules and a grammar. It speaks through Flite
 * and hears keys, and words too where PocketSphinx is installed.
 *
 *     bun run mod.ts --backend examples/hotel_receptionist.ts
 *
 * Or `deno run -A mod.ts --backend examples/hotel_receptionist.ts`. Say "a double room for two nights
 * from Friday" all at once, or answer question by question, by voice or by keys.
 */

import { type Form, formBackend } from "./offline/form.ts";
import { dateIn, numberOf, numbersIn, RULES, sayDate } from "./offline/words.ts";

const MOST_NIGHTS = 14;
let bookings = 100;

export const reception: Form = {
  greeting: "Good day. This is the Harbour Hotel.",
  help: "I book rooms. A single room is sixty euros a night, a double room ninety.",
  human: "My colleague will call you back at your number within the hour. Goodbye.",

  questions: [
    {
      name: "room",
      ask: "Would you like a single room or a double room? Say it, or press one or two.",
      keys: 1,
      read: (words) =>
        /\bsingle\b|^1$/.test(words)
          ? "a single room"
          : /\bdouble\b|^2$/.test(words)
          ? "a double room"
          : undefined,
    },
    {
      name: "nights",
      ask: "For how many nights?",
      keys: 1,
      read(words, isAsked) {
        const said = /(.*) nights?\b/.exec(words)?.[1];
        const nights = numbersIn(said ?? "").at(-1) ?? (isAsked ? numberOf(words) : undefined);
        if (nights === undefined) return undefined;
        if (nights >= 1 && nights <= MOST_NIGHTS) return `${nights} night${nights > 1 ? "s" : ""}`;
        throw new RangeError(`We have rooms for one to ${MOST_NIGHTS} nights.`);
      },
    },
    {
      name: "arrival",
      ask:
        "When will you arrive? Say the day, or press two keys for the month and two for the day.",
      keys: 4,
      read(words) {
        const day = dateIn(words, new Date());
        return day && sayDate(day);
      },
    },
  ],

  summary: ({ room, nights, arrival }) => `That is ${room} for ${nights}, from ${arrival}.`,

  book(answers, call) {
    const number = ++bookings;
    console.log(`booking ${number} for ${call.from.user}: ${Object.values(answers).join(", ")}`);
    return `Your booking has the number ${number}. We look forward to your visit. Goodbye.`;
  },

  grammar: `#JSGF V1.0;
grammar hotel;
public <said> = [<polite>] <wish> [please] | <word> | no <wish>;
<polite> = i would like | we would like | i want | i need;
<wish> = <room> [<nights>] [<arrival>] | <nights> [<arrival>] | <arrival> [<nights>] | <one>;
<room> = a (single | double) room;
<nights> = [for] (one night | (<one> | ten | eleven | twelve | thirteen | fourteen) nights);
<arrival> = [from | on] <date>;
${RULES}`,
};

export default formBackend(reception);
