/** Menus from a file. */

import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Menu, Menus } from "./menu.ts";
import { MenuBook, type MenuBookOptions } from "./menu_book.ts";

/**
 * The menus of a JSON file, checked, and the WAV files they play read, whose paths begin in its folder.
 *
 * Rejects with a `SyntaxError` for what is no JSON, a `TypeError` for what is no menu, and an `Error` for
 * files that cannot be read; each says where.
 */
export async function loadMenu(
  path: string,
  options: Omit<MenuBookOptions, "folder"> = {},
): Promise<MenuBook> {
  const text = await readFile(path, "utf8");
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new SyntaxError(`Cannot read the menu as ${path} is JSON: ${message}`, { cause });
  }
  const book = new MenuBook(data as Menus | Menu, { ...options, folder: dirname(path) });
  await Promise.all([...book.files].map((file) => book.sounds.load(file)));
  return book;
}
