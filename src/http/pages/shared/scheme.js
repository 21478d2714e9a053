// @ts-check
/**
 * Light or dark: the system's choice, until the button `#scheme` makes another, which is kept.
 *
 * A plain script in the head, not a module: it runs before the first paint, so no page flashes.
 */
(() => {
  const KEY = "sofia-phone.scheme";
  const root = document.documentElement;

  /** @returns {"light" | "dark" | null} */
  function kept() {
    try {
      const scheme = localStorage.getItem(KEY);
      return scheme === "light" || scheme === "dark" ? scheme : null;
    } catch {
      // Storage can be forbidden; then the choice lasts as long as the page.
      return null;
    }
  }

  /** @param {"light" | "dark"} scheme */
  function choose(scheme) {
    root.dataset.scheme = scheme;
    try {
      localStorage.setItem(KEY, scheme);
    } catch {
      // As above.
    }
    dispatchEvent(new CustomEvent("scheme"));
  }

  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.scheme ?? (system.matches ? "dark" : "light")) === "dark";
  const before = kept();
  if (before !== null) root.dataset.scheme = before;
  system.addEventListener("change", () => dispatchEvent(new CustomEvent("scheme")));

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("#scheme");
    if (!(button instanceof HTMLButtonElement)) return;
    const use = button.querySelector("use");
    const show = () => {
      const next = isDark() ? "light" : "dark";
      button.setAttribute("aria-label", `Change to the ${next} scheme`);
      button.title = `Change to the ${next} scheme`;
      const icons = use?.getAttribute("href")?.replace(/#.*$/, "");
      if (icons !== undefined) use?.setAttribute("href", `${icons}#${isDark() ? "sun" : "moon"}`);
    };
    button.addEventListener("click", () => choose(isDark() ? "light" : "dark"));
    addEventListener("scheme", show);
    show();
  });
})();
