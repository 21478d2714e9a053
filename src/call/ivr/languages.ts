/** What a menu knows of a language: numbers, yes and no, and its few words of its own. */

/** The words of a language, in lower case and without accents, as {@link wordsOf} gives them. */
export interface MenuLanguage {
  /** Digits by their words. */
  readonly digits: Readonly<Record<string, string>>;
  /** Words of several digits: `eleven`. */
  readonly numbers: Readonly<Record<string, string>>;
  /** The first of two digits, by words to which the second is added or a zero: `twenty`. */
  readonly tens: Readonly<Record<string, string>>;
  /** How often the next digit is meant: `double`. */
  readonly times: Readonly<Record<string, number>>;
  /** What a recogniser writes for a digit that is said alone: `for`. */
  readonly soundsLike: Readonly<Record<string, string>>;
  /** Words of numbers that are more than a row of digits: whoever says them is not understood. */
  readonly others: readonly string[];
  /** Words around a digit: `press`, `option`. */
  readonly around: readonly string[];
  /** Yes. */
  readonly yes: readonly string[];
  /** No. */
  readonly no: readonly string[];
  /** Said when what was pressed or said is none of the options. */
  readonly invalid: string;
  /** Said when nothing was. */
  readonly noInput: string;
  /** Said when the caller could not be given to somebody else. */
  readonly notThere: string;
  /** Said before a menu hangs up on who answers nothing. */
  readonly goodbye: string;
}

/** The language of a menu, by its ISO 639-1 code. */
export type MenuLanguageName = "en" | "de" | "fr" | "es";

/** The languages that menus know. */
export const LANGUAGES: Readonly<Record<MenuLanguageName, MenuLanguage>> = {
  en: {
    digits: digits("zero one two three four five six seven eight nine", {
      oh: "0",
      o: "0",
      star: "*",
      pound: "#",
      hash: "#",
    }),
    numbers: numbers(
      "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    ),
    tens: tens("twenty thirty forty fifty sixty seventy eighty ninety"),
    times: { double: 2, triple: 3 },
    soundsLike: { won: "1", to: "2", too: "2", for: "4", ate: "8" },
    others: ["hundred", "thousand", "million", "point", "half"],
    around: words("press pressed option number choose select key say please the i its it is um uh"),
    yes: ["yes", "yeah", "yep", "yup", "correct", "right", "sure", "ok", "okay"],
    no: ["no", "nope", "wrong", "incorrect", "not right", "not correct"],
    invalid: "Sorry, that is not one of the options.",
    noInput: "Sorry, I did not hear anything.",
    notThere: "Sorry, nobody is there right now.",
    goodbye: "Goodbye.",
  },
  de: {
    digits: digits("null eins zwei drei vier funf sechs sieben acht neun", {
      ein: "1",
      zwo: "2",
      stern: "*",
      raute: "#",
    }),
    numbers: { zehn: "10", elf: "11", zwolf: "12" },
    tens: {},
    times: { doppel: 2 },
    soundsLike: {},
    others: ["hundert", "tausend", "komma"],
    around: words("druck drucke taste nummer option die ich wahle bitte ah ahm"),
    yes: ["ja", "jawohl", "genau", "richtig", "stimmt"],
    no: ["nein", "ne", "falsch", "nicht richtig", "stimmt nicht"],
    invalid: "Das ist leider keine der Möglichkeiten.",
    noInput: "Ich habe leider nichts gehört.",
    notThere: "Leider ist gerade niemand da.",
    goodbye: "Auf Wiederhören.",
  },
  fr: {
    digits: digits("zero un deux trois quatre cinq six sept huit neuf", {
      une: "1",
      etoile: "*",
      diese: "#",
    }),
    numbers: { dix: "10", onze: "11", douze: "12" },
    tens: {},
    times: { double: 2, triple: 3 },
    soundsLike: {},
    others: ["cent", "mille", "virgule"],
    around: words("tapez touche numero option choix le la s il vous plait euh"),
    yes: ["oui", "ouais", "exact", "correct", "c est ca"],
    no: ["non", "faux", "pas correct", "pas ca"],
    invalid: "Désolé, ce choix n'existe pas.",
    noInput: "Désolé, je n'ai rien entendu.",
    notThere: "Désolé, personne n'est là pour le moment.",
    goodbye: "Au revoir.",
  },
  es: {
    digits: digits("cero uno dos tres cuatro cinco seis siete ocho nueve", {
      un: "1",
      una: "1",
      asterisco: "*",
      numeral: "#",
    }),
    numbers: { diez: "10", once: "11", doce: "12" },
    tens: {},
    times: { doble: 2, triple: 3 },
    soundsLike: {},
    others: ["cien", "ciento", "mil", "coma"],
    around: words("pulse marque tecla numero opcion el la por favor eh"),
    yes: ["si", "claro", "correcto", "eso es", "vale"],
    no: ["no", "incorrecto", "mal", "no es correcto"],
    invalid: "Lo siento, esa no es una de las opciones.",
    noInput: "Lo siento, no he oído nada.",
    notThere: "Lo siento, ahora no hay nadie.",
    goodbye: "Adiós.",
  },
};

function words(text: string): string[] {
  return text.split(" ");
}

/** From zero to nine, and others. */
function digits(text: string, others: Record<string, string>): Record<string, string> {
  return { ...Object.fromEntries(words(text).map((word, at) => [word, String(at)])), ...others };
}

/** From ten on. */
function numbers(text: string): Record<string, string> {
  return Object.fromEntries(words(text).map((word, at) => [word, String(10 + at)]));
}

/** From twenty on. */
function tens(text: string): Record<string, string> {
  return Object.fromEntries(words(text).map((word, at) => [word, String(2 + at)]));
}
