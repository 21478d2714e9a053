/** Numbers, dates and times of day, in the words of a caller or in the keys it pressed. */

const ONES = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen " +
  "sixteen seventeen eighteen nineteen"
).split(" ");
const TENS = ["twenty", "thirty", "forty", "fifty"];
const ORDINALS = (
  "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth " +
  "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split(" ");
const WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTHS = (
  "January February March April May June July August September October November December"
).split(" ");

/** Rules for a grammar to use: `<one>` to nine, `<date>`, `<time>`. The fewer words, the better heard. */
export const RULES = `
<one> = ${ONES.slice(1, 10).join(" | ")};
<ordinal> = ${ORDINALS.join(" | ")} | twenty (${ORDINALS.slice(0, 9).join(" | ")}) | thirtieth |
  thirty first;
<month> = ${MONTHS.join(" | ").toLowerCase()};
<date> = today | tonight | tomorrow | ${WEEKDAYS.join(" | ").toLowerCase()} |
  <month> [the] <ordinal> | the <ordinal> of <month>;
<time> = <one> [o'clock | fifteen | thirty | forty five] | half past <one> | quarter (past | to) <one>;
<word> = yes [please] | no [thank you] | help | repeat | goodbye | somebody;
`;

const VALUES = new Map([
  ...ONES.map((word, value) => [word, value] as const),
  ...TENS.map((word, index) => [word, 20 + 10 * index] as const),
  ...ORDINALS.map((word, index) => [word, index + 1] as const),
  ["thirtieth", 30] as const,
]);

/** The numbers in a text, in order, as words or digits: "twenty first" is one of them. */
export function numbersIn(text: string): number[] {
  const numbers: number[] = [];
  let isTens = false;
  for (const word of text.toLowerCase().split(/\s+/)) {
    const value = VALUES.get(word) ?? (/^\d+$/.test(word) ? Number(word) : undefined);
    if (value === undefined) continue;
    if (isTens && value > 0 && value < 10) numbers[numbers.length - 1] += value;
    else numbers.push(value);
    isTens = value >= 20 && value % 10 === 0;
  }
  return numbers;
}

/** The number that a text is, but for words of politeness; undefined when it says more, or no number. */
export function numberOf(text: string): number | undefined {
  const words = text.toLowerCase().replaceAll(/\b(for|at|please|i would like|we are)\b/g, " ");
  const areNumbers = words.trim().split(/\s+/).every((word) => numbersIn(word).length > 0);
  return areNumbers ? numbersIn(words)[0] : undefined;
}

/**
 * The day in a text, at its midnight: in words, or as four keys, month and day. The next one of its name.
 *
 * @throws {RangeError} for a day that no year has; the message can be spoken
 */
export function dateIn(text: string, today: Date): Date | undefined {
  const words = text.toLowerCase();
  const [year, thisMonth, date] = [today.getFullYear(), today.getMonth(), today.getDate()];
  if (/\b(today|tonight)\b/.test(words)) return new Date(year, thisMonth, date);
  if (/\btomorrow\b/.test(words)) return new Date(year, thisMonth, date + 1);
  const weekday = WEEKDAYS.findIndex((name) => words.includes(name.toLowerCase()));
  if (weekday >= 0) {
    const ahead = (weekday - today.getDay() + 6) % 7 + 1;
    return new Date(year, thisMonth, date + ahead);
  }
  const keys = /^(\d\d)(\d\d)$/.exec(words.trim());
  const named = MONTHS.findIndex((name) => new RegExp(`\\b${name}\\b`, "i").test(words));
  const month = keys === null ? named : Number(keys[1]) - 1;
  const [before, after = ""] = words.split(MONTHS[month]?.toLowerCase() ?? "");
  const spoken = / of $/.test(before) ? numbersIn(before).at(-1) : numbersIn(after)[0];
  const day = keys === null ? spoken : Number(keys[2]);
  if (day === undefined || (keys === null && month < 0)) return undefined;
  for (let ahead = 0; ahead <= 8; ahead++) {
    const found: Date = new Date(year + ahead, month, day);
    // A day too many rolls over into the next month: February 29 waits for its year.
    if (found.getMonth() !== month || found.getDate() !== day) continue;
    if (found >= new Date(year, thisMonth, date)) return found;
  }
  throw new RangeError("There is no such day.");
}

/** The time of day in a text, in minutes after midnight: in words, or as four keys. Seven is in the evening. */
export function timeIn(text: string): number | undefined {
  const keys = /^(\d\d)(\d\d)$/.exec(text.trim());
  if (keys !== null) return 60 * Number(keys[1]) + Number(keys[2]);
  const [hour, minutes = 0] = numbersIn(text);
  if (hour === undefined) return undefined;
  const shift = /half past/.test(text) ? 30 : /quarter past/.test(text) ? 15 : 0;
  const back = /quarter to/.test(text) ? 15 : 0;
  return 60 * (hour < 12 ? hour + 12 : hour) + minutes + shift - back;
}

/** "Friday the third of March" */
export function sayDate(date: Date): string {
  const day = date.getDate();
  const word = ORDINALS[day - 1] ??
    (day === 30 ? "thirtieth" : `${TENS[day > 30 ? 1 : 0]} ${ORDINALS[day % 10 - 1]}`);
  return `${WEEKDAYS[date.getDay()]} the ${word} of ${MONTHS[date.getMonth()]}`;
}

/** "seven thirty", for minutes after midnight */
export function sayTime(minutes: number): string {
  const [hour, rest] = [Math.floor(minutes / 60), minutes % 60];
  const tens = TENS[Math.floor(rest / 10) - 2];
  const words = rest === 0
    ? "o'clock"
    : rest < 20
    ? ONES[rest]
    : `${tens}${rest % 10 === 0 ? "" : ` ${ONES[rest % 10]}`}`;
  return `${ONES[(hour + 11) % 12 + 1]} ${words}`;
}
