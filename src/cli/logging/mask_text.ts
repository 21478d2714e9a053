/** Takes telephone numbers and addresses of people out of a text. */

/** Whether digits are a number of somebody who is in a call now, however short it is. */
export type IsKnownNumber = (digits: string) => boolean;

/**
 * What is left of whoever calls or is called: of a number its last two digits, of a name nothing.
 *
 * An extension of three digits would be told by two of them.
 */
export function maskUser(user: string): string {
  const digits = user.replace(/\D/g, "");
  const isNumber = digits.length > 3 && /^[+\d\s()./*#,;=-]+$/.test(user);
  return isNumber ? `***${digits.slice(-2)}` : user === "" ? "" : "***";
}

/** What our own errors end with: often what somebody has dialled or said. */
const VALUE = /(?<=current value is )(?!\d{1,6}$|undefined$|missing$)[^]+/;
/** The user of an address, with its password if it has one; no longer than any that is in use. */
const ADDRESS = /\b(sips?:)([^\s@<>"]{1,300})(?=@)/gi;
const TELEPHONE = /\b(tel:)([+\d().*#-]{1,64})/gi;
/** Names that have digits in them and are no numbers: UUIDs, addresses of machines, dates, times. */
const NO_NUMBER =
  /(?<![A-Za-z\d])(?:[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?!\.?\d)|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?Z?)?)?)(?![A-Za-z\d])/;
/** Seven digits and more, as people write them: with blanks, brackets, dots and dashes between. */
const NUMBER = /(?<![A-Za-z\d.])\+?\(?\d(?:[\s().\/-]{0,3}\d){6,}(?![A-Za-z\d])/;
/** A few digits, which are a number only if somebody has it. */
const EXTENSION = /(?<![\w.])\+?\d{2,6}(?![\w.]\w)/;
const DIGITS = new RegExp(
  [NO_NUMBER, NUMBER, EXTENSION].map((one) => `(${one.source})`).join("|"),
  "gi",
);

/**
 * The text with `***` for users of SIP addresses and all but the last two digits of numbers, and of a
 * value that an error of ours tells only how long it is.
 */
export function maskText(text: string, isKnown: IsKnownNumber = () => false): string {
  return text
    .replace(VALUE, (value) => `(${value.length} characters)`)
    .replace(ADDRESS, (_, scheme: string, user: string) => `${scheme}${maskUser(user)}`)
    .replace(TELEPHONE, (_, scheme: string, number: string) => `${scheme}${maskUser(number)}`)
    .replace(DIGITS, (found, noNumber, number, extension) => {
      if (noNumber !== undefined) return found;
      if (extension !== undefined) return isKnown(found) ? maskUser(found) : found;
      return /^\d+\.\d+$/.test(number) ? found : maskUser(found);
    });
}
