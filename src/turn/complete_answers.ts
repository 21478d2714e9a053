/** Answers that are whole though they are short. */

/** In any language: agreement, refusal, thanks and leave, as `wordsOf` writes them. */
const ANSWERS: ReadonlySet<string> = new Set([
  ..."yes|yes please|yeah|yep|no|no thanks|no thank you|nope|okay|ok|sure|correct|right".split("|"),
  ..."that s right|that s all|that s it|thank you|thanks|bye|goodbye|hello|hi".split("|"),
  ..."ja|ja bitte|nein|nein danke|genau|danke|vielen dank|tschüss|auf wiederhören|hallo".split("|"),
  ..."oui|non|oui s il vous plaît|non merci|merci|d accord|au revoir|bonjour|allô".split("|"),
  ..."sí|sí por favor|no gracias|gracias|claro|vale|adiós|hola".split("|"),
  ..."sì|sì grazie|no grazie|grazie|va bene|certo|arrivederci|ciao|pronto".split("|"),
  ..."sim|não|não obrigado|não obrigada|obrigado|obrigada|está bem|tchau|adeus|olá".split("|"),
  ..."ja graag|nee|nee dank je|nee bedankt|bedankt|dank je|dank u|klopt|doei|tot ziens".split("|"),
]);

/** Whether the words of a turn, joined with spaces, are such an answer. */
export function isCompleteAnswer(words: string): boolean {
  return ANSWERS.has(words);
}
