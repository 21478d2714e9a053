import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { PAGES } from "../../../src/http/pages/pages.ts";
import { ROOT } from "../../support/source_files.ts";

const FOLDER = `${ROOT}src/http/pages/`;

/** All files of the pages' folders, by their paths. */
function filesThere(): string[] {
  return readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath !== FOLDER.replace(/\/$/, ""))
    .map((entry) => `${entry.parentPath.slice(FOLDER.length)}/${entry.name}`)
    .filter((path) => path.includes("/") && !path.startsWith("/"));
}

describe("PAGES", () => {
  test("has every file of the pages, as it is", () => {
    const texts = new Set(PAGES.map(({ text }) => text));
    const left = filesThere().filter((path) => !texts.has(readFileSync(FOLDER + path, "utf8")));
    expect(filesThere().length).toBeGreaterThan(20);
    expect(left).toEqual([]);
  });

  test("has each path once, with the type of its ending", () => {
    expect(new Set(PAGES.map(({ path }) => path)).size).toBe(PAGES.length);
    for (const { path, type } of PAGES) {
      if (path.endsWith(".js")) expect(type).toMatch(/^text\/javascript/);
      else if (path.endsWith(".css")) expect(type).toMatch(/^text\/css/);
      else if (path.endsWith(".svg")) expect(type).toBe("image/svg+xml");
      else expect(type).toMatch(/^text\/html/);
    }
  });

  test("names in its pages only files that it has", () => {
    const paths = new Set(PAGES.map(({ path }) => path));
    const missing = PAGES.filter(({ type }) => type.startsWith("text/html")).flatMap((page) =>
      [...page.text.matchAll(/(?:src|href)="([^":#]+\.(?:js|css|svg))(?=["#])/g)]
        .map(([, name]) => new URL(name, `http://x${page.path}`).pathname)
        .filter((path) => !paths.has(path))
    );
    expect(missing).toEqual([]);
  });
});
