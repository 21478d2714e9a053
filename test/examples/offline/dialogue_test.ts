import { describe, expect, test } from "bun:test";
import { reception } from "../../../examples/hotel_receptionist.ts";
import { Dialogue, type Form } from "../../../examples/offline/form.ts";
import { dateIn, sayDate } from "../../../examples/offline/words.ts";
import { restaurant } from "../../../examples/restaurant_booking.ts";

const call = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };
const TOMORROW = sayDate(dateIn("tomorrow", new Date())!);
const FRIDAY = sayDate(dateIn("friday", new Date())!);

function begin(form: Form) {
  const dialogue = new Dialogue(form, call);
  dialogue.begin();
  return {
    say: (words: string) => dialogue.hear(words),
    /** Presses keys and returns what is said after the last. */
    press: (keys: string) => [...keys].map((key) => dialogue.press(key)).at(-1),
    again: () => dialogue.again(),
  };
}

describe("hotel_receptionist.ts", () => {
  test("asks question by question, says back what it understood, and books", () => {
    const { say } = begin(reception);
    expect(say("a double room please")).toBe("a double room. For how many nights?");
    expect(say("two")).toBe(
      "2 nights. When will you arrive? Say the day, or press two keys for the month and two for " +
        "the day.",
    );
    expect(say("tomorrow")).toBe(
      `That is a double room for 2 nights, from ${TOMORROW}. Is that right? ` +
        "Say yes or press one. Say no or press two.",
    );
    expect(say("yes please")).toMatch(/^Your booking has the number \d+\./);
  });

  test("takes several answers at once, in any order", () => {
    const { say } = begin(reception);
    expect(say("i would like a single room from friday for three nights")).toContain(
      `a single room for 3 nights, from ${FRIDAY}.`,
    );
  });

  test("takes keys, and waits for as many as the question has", () => {
    const { press } = begin(reception);
    expect(press("1")).toBe("a single room. For how many nights?");
    expect(press("3")).toContain("When will you arrive?");
    expect(press("123")).toBe("");
    expect(press("1")).toContain("a single room for 3 nights, from ");
    expect(press("1")).toMatch(/^Your booking has the number/);
  });

  test("changes an answer when it is corrected, and begins anew on no", () => {
    const { say } = begin(reception);
    say("a double room for two nights from tomorrow");
    expect(say("no three nights")).toContain(`a double room for 3 nights, from ${TOMORROW}.`);
    expect(say("no")).toContain("Then once more. Would you like a single room");
  });

  test("says what cannot be, and asks again", () => {
    const { say, press } = begin(reception);
    say("a double room");
    expect(say("twenty nights")).toBe(
      "We have rooms for one to 14 nights. For how many nights?",
    );
    say("one night");
    expect(press("0230")).toContain("There is no such day. When will you arrive?");
  });

  test("repeats, helps, and says good-bye", () => {
    const { say, press, again } = begin(reception);
    const question = say("a double room").slice("a double room. ".length);
    expect(say("repeat")).toBe(question);
    expect(press("*")).toBe(question);
    expect(again()).toBe(question);
    expect(say("help")).toContain("A single room is sixty euros a night");
    expect(press("#")).toContain("Press star to hear the question again");
    expect(say("goodbye")).toBe("Thank you for calling. Goodbye.");
    expect(say("two nights")).toBe("Thank you for calling. Goodbye.");
  });

  test("hands over to a human when asked to, and when it understands nothing three times", () => {
    expect(begin(reception).say("somebody")).toBe(reception.human);
    const { say } = begin(reception);
    expect(say("(unclear)")).toContain("Sorry, I did not understand. Would you like");
    expect(say("(unclear)")).toContain("Press star to hear the question again");
    expect(say("(unclear)")).toBe(reception.human);
  });

  test("forgets half a number when the question is asked again", () => {
    const { say, press } = begin(reception);
    say("a double room for two nights");
    press("03*");
    expect(press("1231")).toContain("of December.");
  });
});

describe("restaurant_booking.ts", () => {
  test("understands a whole wish", () => {
    const { say } = begin(restaurant);
    const day = dateIn("wednesday", new Date())!;
    expect(say("a table for four on wednesday at half past seven")).toContain(
      `That is a table for 4, on ${sayDate(day)}, at seven thirty.`,
    );
    expect(say("yes")).toBe("Your table is booked. See you then. Goodbye.");
  });

  test("is closed on Mondays and at noon, and has no table for twelve", () => {
    const { say, press } = begin(restaurant);
    expect(say("twelve people")).toContain("We have tables for one to 8 people.");
    say("two");
    expect(say("monday")).toContain("We are closed on Mondays. For which day?");
    say("sunday");
    expect(press("1200")).toContain("The kitchen is open from five o'clock");
    expect(press("1945")).toContain("at seven forty five.");
  });

  test("asks for another time when all seats are taken", () => {
    const book = () => {
      const { say } = begin(restaurant);
      say("a table for eight on thursday at six");
      return { say, answer: say("yes") };
    };
    expect(book().answer).toContain("Your table is booked.");
    expect(book().answer).toContain("Your table is booked.");
    const { say, answer } = book();
    expect(answer).toContain("We are full then. At what time?");
    expect(say("at seven")).toContain("at seven o'clock.");
    expect(say("yes")).toContain("Your table is booked.");
  });
});
