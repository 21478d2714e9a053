/** What keeps people from using a page, as axe-core finds it. */
import axe from "axe-core";
import type { Page } from "puppeteer-core";

/** What is serious or critical, each by its rule and where; nothing, where all is well. */
export async function barriers(page: Page): Promise<string[]> {
  if (await page.evaluate("typeof axe") === "undefined") await page.evaluate(axe.source);
  // What is half faded in is as pale as that.
  await page.evaluate(`document.getAnimations().forEach((it) => {
    if (Number.isFinite(it.effect.getComputedTiming().endTime)) it.finish();
  })`);
  return await page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.html.slice(0, 160))))`) as string[];
}
