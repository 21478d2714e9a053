/** Words that end in a full stop and end no sentence. */

/** By language: the words after which a name, a number or an example follows. Without the stop. */
const BEFORE_ANYTHING: Readonly<Record<string, string>> = {
  en:
    "Mr Mrs Ms Mx Dr Prof St Rev Hon Gen Col Capt Lt Sgt Gov Sen Rep Pres Messrs Mt vs approx incl cf",
  de: "Dr Prof Hr Hrn Fr Frl St Dipl Ing Mag bzw ca evtl ggf inkl exkl zzgl sog vgl Mio Mrd Tsd " +
    "Ca Evtl Ggf Inkl Vgl bspw Bspw einschl insb vorm nachm",
  fr: "M MM Mme Mlle Mmes Dr Pr Prof St Ste env av",
  es:
    "Sr Sra Srta Sres Sras Dr Dra Dres D Dña Ud Uds Vd Vds Prof Profa Ing Lic Arq Sto Sta aprox ej Gral",
  it: "Sig Sigg Dott Dr Prof Ing Avv Arch Geom Rag Egr Gent Spett Rev ca es",
  pt: "Sr Sra Srta Srs Sras Dr Dra Drs Prof Profa Eng Engª Exmo Exma aprox Sto Sta",
  nl:
    "dhr Dhr mevr Mevr mw Mw dr Dr drs Drs ir Ir ing Ing prof Prof mr Mr mej bijv Bijv ca resp incl excl",
};

/** The same before a number only, as some are words of their own: "No. 5", but "No. I stay." */
const BEFORE_NUMBERS: Readonly<Record<string, string>> = {
  en:
    "No Nos no nos Art Fig fig p pp pg ch vol Vol Ch Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec",
  de:
    "Nr Nrn nr max min Art Abs Abb Bd Kap S Str str Tel tel Jan Feb Mär Apr Jun Jul Aug Sept Okt Nov Dez Abt",
  fr: "n no art p pp ch vol tél Tél janv févr avr juil sept oct nov déc",
  es: "n núm Núm art pág págs vol tel Tel Av Avda ene feb mar abr jun jul ago sept oct nov dic",
  it: "n num art pag pagg vol tel Tel gen feb mar apr mag giu lug ago set ott nov dic",
  pt: "n núm art pág págs vol tel Tel Av jan fev mar abr mai jun jul ago set out nov dez",
  nl: "nr Nr art blz p tel Tel jan feb mrt apr jun jul aug sep sept okt nov dec",
};

/** What follows an ordinal that is written with a stop, in lower case: "am 3. Mai", "im 2. Stock". */
const AFTER_ORDINALS: Readonly<Record<string, string>> = {
  de: "januar jänner februar märz april mai juni juli august september oktober november dezember " +
    "jahrhundert jahr stock stockwerk etage og klasse platz kapitel tag woche monat quartal mal semester " +
    "geburtstag gang reihe auflage weltkrieg advent runde teil",
};

/** The words of one language, or of all where none is named or it is not known. */
export interface Abbreviations {
  readonly beforeAnything: ReadonlySet<string>;
  readonly beforeNumbers: ReadonlySet<string>;
  readonly afterOrdinals: ReadonlySet<string>;
}

/** The words of `language`, a BCP 47 tag. */
export function abbreviationsOf(language?: string): Abbreviations {
  const base = language?.toLowerCase().split("-", 1)[0];
  const wordsOf = (lists: Readonly<Record<string, string>>) => {
    const isKnown = base !== undefined && base in BEFORE_ANYTHING;
    const texts = isKnown ? [lists[base] ?? ""] : Object.values(lists);
    return new Set(texts.flatMap((text) => text.split(" ")));
  };
  return {
    beforeAnything: wordsOf(BEFORE_ANYTHING),
    beforeNumbers: wordsOf(BEFORE_NUMBERS),
    afterOrdinals: wordsOf(AFTER_ORDINALS),
  };
}
