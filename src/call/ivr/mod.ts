/**
 * Menus of a call, as data and as code: keys that are pressed, words that are said, what is done then.
 *
 * @module
 */
export { type AnyMenu, type AskOptions, CallMenus } from "./call_menus.ts";
export * from "./choice_of_keys.ts";
export type { CollectDigitsOptions, CollectedDigits } from "./collect_digits.ts";
export type { ConfirmOptions } from "./confirm.ts";
export * from "./counted_keys.ts";
export * from "./digit_collector.ts";
export * from "./fill_text.ts";
export * from "./key_grammar.ts";
export * from "./languages.ts";
export * from "./load_menu.ts";
export * from "./menu.ts";
export * from "./menu_book.ts";
export * from "./menu_end.ts";
export * from "./menu_host.ts";
export * from "./menu_prompt.ts";
export * from "./menu_run.ts";
export * from "./sound_files.ts";
export * from "./spoken_choice.ts";
export * from "./spoken_digits.ts";
export * from "./words_of.ts";
