/**
 * Opens pages of the built site in Chromium, at the widths of a phone, a tablet and a laptop. Exit code 1 if anything but a
 * block of code that scrolls by itself is wider than the window, if a page's script fails, or if the address of a config key does not
 * lead to its heading. Without a browser it says so and passes.
 */
import { accessSync, constants, createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const SITE = fileURLToPath(new URL("../.vitepress/dist/", import.meta.url));
const CONFIG = new URL("../reference/config-advanced.md", import.meta.url);
const WIDTHS = [390, 768, 1280];
const PAGES = [
  "",
  "reference/config",
  "reference/config-advanced",
  "reference/optional-files",
  "reference/commands",
  "how-to/callers",
];
/** At the width of a phone, each page of these folders too: many have tables. */
const FOLDERS = ["explanation", "how-to", "reference", "start"];
const TYPES = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml" };

/** The same names as the tests of the program look for. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function browserPath() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const known = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return process.env.CHROMIUM || known.find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function serve({ url }, answer) {
  const path = join(SITE, new URL(url, "http://localhost").pathname);
  const file = [path, `${path}.html`, join(path, "index.html")].find(
    (each) => extname(each) !== "" && existsSync(each),
  );
  if (file === undefined) return answer.writeHead(404).end();
  answer.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
  return createReadStream(file).pipe(answer);
}

/** Elements wider than the window. A code block scrolls by itself; a table would hide a column. */
function widerThanWindow() {
  const isOutside = (element) => element.getBoundingClientRect().right > window.innerWidth + 1;
  return [...document.querySelectorAll(".vp-doc *")]
    .filter((element) => isOutside(element) && !element.closest("pre, [class*=language-]"))
    .map((element) => `${element.localName} "${(element.textContent ?? "").trim().slice(0, 40)}"`);
}

/** The place of the window's target, in pixels below its upper edge; undefined if it is no heading. */
function topOfTarget() {
  const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  return target !== null && /^h[1-6]$/.test(target.localName) ? target.getBoundingClientRect().top : undefined;
}

function pagesAt(width) {
  if (width !== WIDTHS[0]) return PAGES;
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(new URL(`../${folder}`, import.meta.url)).map((file) => `${folder}/${file.replace(/\.md$/, "")}`),
  );
  return [...new Set([...PAGES, ...inFolders])];
}

async function faultsAt(browser, base, width) {
  const faults = [];
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  let name = "";
  page.on("pageerror", (error) => faults.push(`${name} at ${width} px: ${error.message}`));
  for (name of pagesAt(width)) {
    await page.goto(`${base}/${name}`, { waitUntil: "networkidle" });
    const wide = await page.evaluate(widerThanWindow);
    faults.push(...wide.map((element) => `${name || "index"} at ${width} px: ${element} is wider than the window`));
  }
  const [, last = "no key at all"] = [...readFileSync(CONFIG, "utf8").matchAll(/^<a id="(.+)">/gm)].at(-1) ?? [];
  name = `reference/config-advanced#${last}`;
  await page.goto("about:blank");
  await page.goto(`${base}/${name}`, { waitUntil: "networkidle" });
  await page.waitForFunction(() => window.scrollY > 0, undefined, { timeout: 5000 }).catch(() => undefined);
  const top = await page.evaluate(topOfTarget);
  if (top === undefined || top < 0 || top > 900)
    faults.push(`${name} at ${width} px: the heading is not in the window`);
  await page.close();
  return faults;
}

const executablePath = browserPath();
if (executablePath === undefined) {
  console.log("layout: skipped, no Chromium on this machine (set CHROMIUM=/path/to/it)");
} else {
  const server = createServer(serve).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const base = `http://127.0.0.1:${server.address().port}`;
  const faults = [];
  for (const width of WIDTHS) faults.push(...(await faultsAt(browser, base, width)));
  await browser.close();
  server.closeAllConnections();
  server.close();
  for (const fault of faults) console.error(fault);
  const counts = WIDTHS.map((width) => `${pagesAt(width).length} pages at ${width} px`);
  console.log(`layout: ${counts.join(", ")}, ${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}
