/** Whole calls of a menu, in virtual time. */

import type { VoiceBackend } from "../../../src/backend/mod.ts";
import type {
  AnyMenu,
  CallMenus,
  Menu,
  MenuAction,
  MenuEnd,
  RunMenuOptions,
} from "../../../src/call/mod.ts";
import {
  type CallerScript,
  type Conversation,
  simulate,
  type SimulateOptions,
  syntheticSpeech,
} from "../../../src/testing/mod.ts";

/** A bot that does not greet, and answers one thing. */
export const bot: VoiceBackend = {
  transcribe: () => "",
  generate: (text) => /room/.test(text) ? "We have rooms." : "Pardon?",
  speak: (text) => syntheticSpeech(text, { pitchHz: 200 }),
};

/** What came of a call. */
export interface Session {
  readonly conversation: Conversation;
  readonly end: MenuEnd;
}

/** How it is set up. */
export interface SessionOptions extends RunMenuOptions {
  readonly bot?: VoiceBackend;
  readonly simulate?: SimulateOptions;
  readonly begin?: (menus: CallMenus) => void;
}

/** A whole call: the caller of a script in a menu. */
export async function session(
  menu: AnyMenu,
  script: CallerScript,
  options: SessionOptions = {},
): Promise<Session> {
  let ended: Promise<MenuEnd> | undefined;
  const conversation = await simulate(options.bot ?? bot, script, {
    transcribe: "from script",
    ask: (menus) => {
      ended = menus.run(menu, options);
      options.begin?.(menus);
      return ended;
    },
    ...options.simulate,
  });
  return { conversation, end: await ended! };
}

/** What the caller heard, sentence by sentence, and what of that was cut. */
export function heard({ conversation }: Session): string[] {
  return conversation.sentences.map(({ heard, isCut }) => isCut ? `${heard}...` : heard);
}

/** Ends the menu with a value. */
export function given(value: string): MenuAction {
  return { do: "return", value };
}

/** What the shop asks, and its sentences. */
export const PROMPT = "For sales, press or say one. For support, press two.";
export const PARTS = ["For sales, press or say one.", "For support, press two."];
/** A menu of two options. */
export const shop: Menu = {
  prompt: PROMPT,
  options: [
    { key: "1", says: ["sales"], next: given("sales") },
    { key: "2", says: ["support", "help"], next: given("support") },
  ],
};
/** What is said to what is wrong. */
export const SORRY = "Sorry, that is not one of the options.";
/** What is said to silence. */
export const SILENT = "Sorry, I did not hear anything.";
