/** Telephone numbers, as those who read traces may see them. */

/** How many of its last characters are left of a number. */
const SHOWN = 2;

/** A number or user of which only the end is to be seen: two numbers can be told apart, most often. */
export function maskedNumber(number: string): string {
  // By characters: half of one cannot be sent on.
  const characters = [...number.toWellFormed()];
  return characters.length <= SHOWN ? "••" : `••${characters.slice(-SHOWN).join("")}`;
}
