import type { Page } from "playwright-core";

/** Values that differ from run to run: times, durations, ports, ids. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "(time)"],
  [/\d{1,2}\/\d{1,2}\/\d{4}, /g, ""],
  [/\d{1,2}:\d\d:\d\d [AP]M/g, "(time)"],
  [/\b1\d{9}\b/g, "(seconds)"],
  [/\b\d+ requests\b/g, "(n) requests"],
  [/\bdepends on it: \d+/g, "depends on it: (n)"],
  [/under 1 ms|\b\d+ ms/g, "(ms)"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:(port)"],
  [/\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/g, "(id)"],
  [/[\w+]{15}=/g, "(id)"],
];

/**
 * The texts of a page, each once, sorted, without what differs from run to run.
 *
 * @param where texts visible in its window, or all that are not hidden
 */
export async function textsOf(page: Page, where: "window" | "page"): Promise<readonly string[]> {
  const texts = (await page.evaluate(`(${READ})(${where === "window"})`)) as readonly string[];
  const settled = texts.map((text) => VARYING.reduce((left, [pattern, name]) => left.replaceAll(pattern, name), text));
  return [...new Set(settled)].sort();
}

/**
 * Runs in the page. It is a string, because this program's types have no `document`. Collects the texts of blocks
 * without nested blocks, so that emphasis and word breaks do not split a text, and the texts of drawings.
 */
const READ = `(inWindow) => {
  const isInline = (each) => /^(inline|contents|none)$/.test(getComputedStyle(each).display);
  const isBlock = (each) => !isInline(each) && ![...each.querySelectorAll("*")].some((inner) => !isInline(inner));
  const found = [...document.body.querySelectorAll("*")].filter((each) =>
    each.closest("svg") ? each.tagName === "text" : isBlock(each) && !each.matches("script, style, noscript, select, option"),
  );
  return found.flatMap((each) => {
    const text = each.textContent.trim().replace(/\\s+/g, " ");
    const { bottom, height, left, right, top, width } = each.getBoundingClientRect();
    if (text === "" || width === 0 || height === 0) return [];
    if (!inWindow) return [text];
    if (bottom > innerHeight || top < 0) return [];
    const shown = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return each.contains(shown) || shown?.contains(each) ? [text] : [];
  });
}`;
