/**
 * A restaurant that takes bookings by telephone, with no network and no AI: rules, a grammar, and how
 * many seats there are. It speaks through Flite and hears keys, and words where PocketSphinx is installed.
 *
 *     bun run mod.ts --backend examples/restaurant_booking.ts
 *
 * Or `deno run -A mod.ts --backend examples/restaurant_booking.ts`. Say "a table for four tomorrow at
 * half past seven", or answer question by question.
 */

import { type Form, formBackend } from "./offline/form.ts";
import { dateIn, numberOf, RULES, sayDate, sayTime, timeIn } from "./offline/words.ts";

const SEATS = 20;
const MOST_GUESTS = 8;
const [OPENS, LAST] = [17 * 60, 21 * 60 + 30];
/** Seats that are taken, by day and time. */
const taken = new Map<string, number>();

export const restaurant: Form = {
  greeting: "Welcome to the Olive Tree.",
  help: "I book tables, from Tuesday to Sunday, from five o'clock to half past nine.",
  human: "My colleague will call you back at your number as soon as the kitchen lets him. Goodbye.",

  questions: [
    {
      name: "guests",
      ask: "For how many people?",
      keys: 1,
      read(words, isAsked) {
        const said = /(?:table|booking) for (\w+)|(\w+) (?:people|guests)/.exec(words);
        const guests = numberOf(said?.[1] ?? said?.[2] ?? (isAsked ? words : ""));
        if (guests === undefined) return undefined;
        if (guests >= 1 && guests <= MOST_GUESTS) return String(guests);
        throw new RangeError(`We have tables for one to ${MOST_GUESTS} people.`);
      },
    },
    {
      name: "day",
      ask: "For which day? Say it, or press two keys for the month and two for the day.",
      keys: 4,
      read(words) {
        const day = dateIn(words, new Date());
        if (day?.getDay() === 1) throw new RangeError("We are closed on Mondays.");
        return day && sayDate(day);
      },
    },
    {
      name: "time",
      ask: "At what time? Say it, or press four keys, as in one nine three zero.",
      keys: 4,
      read(words, isAsked) {
        const time = timeIn(/\bat (.*)/.exec(words)?.[1] ?? (isAsked ? words : ""));
        if (time === undefined) return undefined;
        if (time >= OPENS && time <= LAST) return sayTime(time);
        throw new RangeError("The kitchen is open from five o'clock to half past nine.");
      },
    },
  ],

  summary: ({ guests, day, time }) => `That is a table for ${guests}, on ${day}, at ${time}.`,

  book({ guests, day, time }, call) {
    const slot = `${day} at ${time}`;
    const seats = (taken.get(slot) ?? 0) + Number(guests);
    if (seats > SEATS) return { sorry: "We are full then.", again: "time" };
    taken.set(slot, seats);
    console.log(`table for ${guests} on ${slot}, for ${call.from.user}`);
    return "Your table is booked. See you then. Goodbye.";
  },

  grammar: `#JSGF V1.0;
grammar restaurant;
public <said> = [<polite>] <wish> [please] | <word> | no <wish>;
<polite> = i would like | we would like | i want;
<wish> = a table for <one> [<day>] [at <time>] | [for] <one> people | <one> |
  <day> [at <time>] | [at] <time>;
<day> = [on] <date>;
${RULES}`,
};

export default formBackend(restaurant);
