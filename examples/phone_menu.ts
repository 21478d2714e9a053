/**
 * A menu in front of a bot: press or say what you want, key in a number, talk with the bot, come back.
 *
 * Run it with `bun run examples/phone_menu.ts` or `deno run -A examples/phone_menu.ts`. It speaks through
 * Flite and hears keys, and words where PocketSphinx is installed. The menus could as well be a JSON file
 * for `loadMenu`; only what looks into the bookings is code.
 */

import process from "node:process";
import { MenuBook, PhoneHandler, type VoiceBackend } from "@sofia/phone";
import { flite } from "./offline/flite.ts";
import { HEARING_RATE, recognize } from "./offline/pocketsphinx.ts";

const bookings = new Map([["4122", "a double room, from Friday"], ["4123", "a single room"]]);

const menus = new MenuBook({
  name: "harbour",
  menus: {
    main: {
      prompt: "This is the Harbour Hotel. For a booking of yours, press or say one. " +
        "For breakfast and parking, press or say two. To leave, press nine.",
      options: [
        { key: "1", says: ["booking"], next: "booking" },
        {
          key: "2",
          says: ["breakfast", "parking"],
          next: { do: "bot", say: "Ask me. To go back, press star.", returnKey: "*" },
        },
        { key: "9", says: ["goodbye"], next: { do: "hang-up", say: "Goodbye." } },
      ],
    },
    booking: {
      prompt: "To change a booking press one, to go back press star.",
      options: [
        {
          key: "1",
          says: ["change"],
          next: {
            do: "collect",
            as: "number",
            prompt: "Please key in the four digits of its number.",
            min: 4,
            max: 4,
            next: { do: "run", name: "find" },
          },
        },
        { key: "*", says: ["back"], next: "back" },
      ],
    },
  },
}, {
  functions: {
    async find({ variables, confirm }) {
      const booking = bookings.get(variables.number);
      if (booking === undefined) return { do: "say", say: "There is none of that number." };
      const prompt = `That is ${booking}. To cancel it press one, to keep it press two.`;
      if (!await confirm({ prompt })) return { do: "say", say: "It is kept.", next: "top" };
      bookings.delete(variables.number);
      console.log(`cancelled ${variables.number}`);
      return { do: "say", say: "It is cancelled.", next: "top" };
    },
  },
});

const GRAMMAR = `#JSGF V1.0;
grammar hotel;
public <said> = [when is | where is | i need] (breakfast | parking) | booking | change | back |
  goodbye | one | two | nine | yes | no;`;

/** Who answers questions. With an AI in its place it answers more of them. */
const voiceBackend: VoiceBackend = {
  sampleRate: HEARING_RATE,
  transcribe: (audio, _rate, { signal }) => recognize(audio, GRAMMAR, signal),
  generate: (text) =>
    /parking/.test(text) ? "You can park behind the house." : "Breakfast is from seven to ten.",
  onDtmf: () => "Breakfast is from seven to ten, and you can park behind the house.",
  speak: (text, { signal }) => flite(text, signal),
};

const phone = new PhoneHandler({
  voiceBackend,
  menu: menus,
  sipPort: Number(process.env.SOFIA_PHONE_SIP_PORT ?? 5070),
});

phone.on("answered", async ({ call }) => {
  const { outcome, path } = await call.menu!.ended;
  console.log(`${call.info.from.user} left the menu at ${path.join(" > ")}: ${outcome}`);
});

const { address, port } = await phone.start();
console.log(`ready: dial sip:hotel@${address}:${port}`);

process.once("SIGTERM", () => phone.stop());
process.once("SIGINT", () => phone.stop());
