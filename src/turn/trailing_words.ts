/** Words after which more will come: a sentence hardly ends in an article, a conjunction, an "um". */

import { baseLanguage, listOf } from "./words.ts";

/** By language: articles, prepositions, conjunctions, auxiliaries, and the sounds of hesitation. */
const TRAILING: Readonly<Record<string, readonly string[]>> = {
  en: listOf(
    `a an the my your our their his and or but because if when while although unless that which
    who whose of to for from with without at by into onto about between during until than as so like
    i we he she they is are was were am be been can could would will shall should may might must do does
    have has had want need let um uh erm er hmm well actually basically maybe plus`,
  ),
  de: listOf(
    `der die das den dem des ein eine einen einem einer eines mein meine meinen meinem meiner dein
    deine unser unsere ihr ihre ihren und oder aber weil denn dass ob wenn obwohl damit sondern sowie als
    wie von vom zu zum zur mit ohne für gegen bei beim nach über unter zwischen während wegen seit bis
    durch aus im ins am ans ich wir ist sind war habe hätte möchte würde kann könnte will soll äh ähm öh
    hm also nämlich beziehungsweise`,
  ),
  fr: listOf(
    `le la les l un une des du de d au aux mon ma mes ton ta tes notre nos votre vos son sa ses leur
    leurs ce cet cette et ou mais donc car parce que qu quand comme si puisque lorsque avec sans pour par
    sur sous dans en chez entre vers depuis pendant je j il elle on nous suis est sont voudrais peux veux
    dois euh heu ben alors enfin`,
  ),
  es: listOf(
    `el la los las un una unos unas mi mis tu tus su sus nuestro nuestra y e o u pero porque que si
    cuando aunque como pues de del a al con sin para por en sobre entre desde hasta hacia yo es son está
    quiero quisiera puedo necesito tengo eh em este pues entonces`,
  ),
  it: listOf(
    `il lo la i gli le un uno una l mio mia miei mie tuo tua nostro nostra suo sua e ed o ma perché
    che se quando come anche di del della dello dei delle degli a al alla allo ai alle da dal dalla in nel
    nella con senza per su sul sulla tra fra io è sono vorrei posso devo ho ehm eh allora cioè quindi`,
  ),
  pt: listOf(
    `o a os as um uma uns umas meu minha meus minhas seu sua nosso nossa e ou mas porque que se quando
    embora como de do da dos das em no na nos nas ao à aos às com sem para pra por pelo pela entre desde até
    sobre eu é são está quero queria posso preciso tenho hum ahn eh então tipo`,
  ),
  nl: listOf(
    `de het een mijn jouw uw ons onze hun zijn haar en of maar want omdat dat als wanneer hoewel dus
    van voor met zonder naar bij op in uit over onder tussen tijdens tot door om te aan ik wij we is was
    ben heb wil zou kan moet eh ehm uhm nou eigenlijk`,
  ),
};

/** Words of some languages that in others may well come last, so that they count only in their own. */
const AMBIGUOUS = new Set(
  listOf(
    `no na do so like well als also die das in on we come se si that was o e u d l be es er em dem
  do da tu este eh pues entonces alors allora então maybe dus nou of want who plus will are one enfin
  ben zijn tipo`,
  ),
);

/** Verbs after which more will come, unless they are an answer: "my name is", but "yes, it is." */
const AUXILIARY: ReadonlySet<string> = new Set(
  listOf(`is are was were am be been can could would will
  shall should may might must do does have has had want need ist sind war habe hätte möchte würde kann
  könnte will soll suis est sont voudrais peux veux dois es son está quiero quisiera puedo necesito tengo
  è sono vorrei posso devo ho é são está quero queria posso preciso tenho is was ben heb wil zou kan moet`),
);

/** Whether a sentence may end in the word, so that a full stop after it is to be believed. */
export function mayAnswer(word: string): boolean {
  return AUXILIARY.has(word);
}

/** The words after which more will come: of one language, or of any where none is named. */
export function trailingWords(language?: string): ReadonlySet<string> {
  if (language !== undefined) return new Set(TRAILING[baseLanguage(language)] ?? []);
  const all = new Set(Object.values(TRAILING).flat());
  for (const word of AMBIGUOUS) all.delete(word);
  return all;
}
