import { describe, expect, test } from "bun:test";
import { TranscriptPredictor } from "../../src/turn/mod.ts";

function predict(transcript: string, language?: string): number {
  return new TranscriptPredictor({ language }).predict({ transcript });
}

describe("TranscriptPredictor", () => {
  test.each([
    ["I'd like to book a table for"],
    ["I'd like to book a table for."],
    ["my address is twelve, the"],
    ["I want to come on Friday and"],
    ["Um"],
    ["my name is"],
    ["well, uh"],
    ["Let me think..."],
    ["Ich möchte einen Tisch für"],
    ["Ich komme am Freitag und"],
    ["Je voudrais une table pour"],
    ["Je viens vendredi et"],
    ["euh"],
    ["Quisiera una mesa para"],
    ["Vengo el viernes pero"],
    ["Vorrei un tavolo per"],
    ["Vengo venerdì perché"],
    ["Queria uma mesa para"],
    ["Venho na sexta mas"],
    ["Ik wil graag een tafel voor"],
    ["Ik kom vrijdag omdat"],
  ])("knows that %j trails off", (transcript) => {
    expect(predict(transcript)).toBe(0);
  });

  test.each([
    ["en", "I would like to"],
    ["de-CH", "Wir sind"],
    ["fr", "c'est pour le"],
    ["es", "quiero la"],
    ["it", "vorrei la"],
    ["pt-BR", "quero o"],
    ["nl", "ik wil de"],
  ])("knows the words of %s that mean something else elsewhere", (language, transcript) => {
    expect(predict(transcript, language)).toBe(0);
  });

  test.each([["What is it for?"], ["Where are you from?"], ["Is it?"]])(
    "takes the question %j for whole",
    (transcript) => expect(predict(transcript)).toBe(0.9),
  );

  test.each([
    ["It's 030 55"],
    ["oh one seven"],
    ["My number is 0171, 555."],
    ["double four nine"],
    ["four four twenty"],
  ])("knows that %j is being read out", (transcript) => {
    expect(predict(transcript)).toBe(0.1);
  });

  test.each([["a table for four"], ["at seven"], ["for 12"]])(
    "takes no number of two digits for one that is read out: %j",
    (transcript) => expect(predict(transcript)).toBe(0.5),
  );

  test.each([["On Friday,"], ["three things:"], ["On Friday -"], ["金曜日、"]])(
    "expects more after %j",
    (transcript) => expect(predict(transcript)).toBe(0.2),
  );

  test.each([
    ["Yes."],
    ["no"],
    ["No, thank you"],
    ["That's all."],
    ["Nein, danke."],
    ["Oui, s'il vous plaît"],
    ["Sí, por favor."],
    ["Va bene"],
    ["Não, obrigado."],
    ["ja graag"],
  ])("takes the short answer %j for whole", (transcript) => expect(predict(transcript)).toBe(1));

  test.each([
    ["A table for two, please."],
    ["Yes, I can."],
    ["I think it is."],
    ["Ich komme am Freitag!"],
    ["¿A qué hora abren?"],
    ["He said “no”."],
    ["金曜日です。"],
    ["मैं आऊँगा।"],
    ["متى تفتحون؟"],
  ])("takes %j for probably whole", (transcript) => expect(predict(transcript)).toBe(0.9));

  test.each([[""], ["  "], ["..."], ["a table near a window"]])("knows nothing of %j", (text) => {
    expect(predict(text)).toBe(0.5);
  });

  test("goes by one language where it is named", () => {
    expect(predict("Ich möchte einen Tisch für", "en")).toBe(0.5);
  });
});
