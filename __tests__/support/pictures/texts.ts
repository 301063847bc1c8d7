import type { Page } from "playwright-core";

/** What differs from run to run: times, durations, ports, ids. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "(time)"],
  [/\d{1,2}\/\d{1,2}\/\d{4}, /g, ""],
  [/\d{1,2}:\d\d:\d\d [AP]M/g, "(time)"],
  [/\b1\d{9}\b/g, "(seconds)"],
  [/under 1 ms|\b\d+ ms/g, "(ms)"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:(port)"],
  [/\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/g, "(id)"],
  [/[\w+]{15}=/g, "(id)"],
];

/**
 * The texts of a page, each once, sorted, without what differs from run to run.
 *
 * @param where those that can be seen in its window, or all that are not hidden
 */
export async function textsOf(page: Page, where: "window" | "page"): Promise<readonly string[]> {
  const texts = (await page.evaluate(`(${READ})(${where === "window"})`)) as readonly string[];
  const settled = texts.map((text) => VARYING.reduce((left, [pattern, name]) => left.replaceAll(pattern, name), text));
  return [...new Set(settled)].sort();
}

/** Runs in the page, as text: this program's types know no document. */
const READ = `(inWindow) => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent.trim().replace(/\\s+/g, " ");
    if (text === "" || ["SCRIPT", "STYLE", "NOSCRIPT", "OPTION"].includes(node.parentElement.tagName)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { bottom, height, top, width } = range.getBoundingClientRect();
    if (width === 0 || height === 0 || (inWindow && (bottom > innerHeight || top < 0))) continue;
    const { left, right } = range.getBoundingClientRect();
    const seen = !inWindow || node.parentElement.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
    if (seen) texts.push(text);
  }
  return texts;
}`;
