/**
 * The files of the pages, which are imported as text. Only tsc reads this, and here, as Deno would look
 * for the modules: it and Bun know them by the import's attribute. By folder, as libraries have files of
 * such names that are something else.
 */

declare module "./docs/*" {
  const text: string;
  export default text;
}

declare module "./board/*" {
  const text: string;
  export default text;
}

declare module "./phone/*" {
  const text: string;
  export default text;
}

declare module "./shared/*" {
  const text: string;
  export default text;
}
