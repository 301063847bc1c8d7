import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** A phone, a tablet, a laptop: CSS pixels, the narrowest first. */
export const WIDTHS = [390, 768, 1280] as const;

/**
 * Returns an open page's faults: violations of WCAG 2.2 AA that axe-core can find, sideways scrolling, and text with
 * only a few letters per line.
 */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  // Runs through the debugger, because the page's own policy would block it.
  await page.evaluate(AXE);
  // Only the violations leave the page: what axe-core reports of everything that passes takes seconds to transfer.
  const found = (await page.evaluate(
    'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)',
  )) as readonly AxeViolation[];
  const axe = found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html)}`);
  return [...axe, ...(await layoutFaults(page))];
}

/** Checks the layout at each width, and everything at the narrowest and the widest. Leaves the page at the widest. */
export async function faultsAtWidths(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const [index, width] of WIDTHS.entries()) {
    await page.setViewportSize({ width, height: 844 });
    const isBetween = index > 0 && index < WIDTHS.length - 1;
    const found = isBetween ? await layoutFaults(page) : await faultsOf(page);
    faults.push(...found.map((fault) => `${width} px: ${fault}`));
  }
  return faults;
}

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function layoutFaults(page: Page): Promise<readonly string[]> {
  return (await page.evaluate(LAYOUT)) as readonly string[];
}

/** Runs in the page. It is a string, because this program's types have no `document`. */
const LAYOUT = `(() => {
  const faults = [];
  const { scrollWidth } = document.scrollingElement;
  if (scrollWidth > innerWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > innerWidth + 1);
    const names = wide.slice(0, 3).map(({ tagName, id, className }) => tagName + "#" + id + "." + className);
    faults.push("scrolls sideways: " + scrollWidth + " px in " + innerWidth + ", by " + names.join(" "));
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const text = node.textContent.trim();
    if (text.length < 6 || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.parentElement.tagName)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => Math.round(top))).size;
    if (lines >= 3 && text.length / lines < 5) faults.push("few letters a line: " + text.slice(0, 40) + " in " + lines + " lines");
  }
  return faults;
})()`;
