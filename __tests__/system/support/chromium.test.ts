import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium, describeInChromium, openBrowser } from "../../support/chromium";

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test("CHROMIUM comes first, then what may be run on PATH by a usual name, else there is none", () => {
  const folder = mkdtempSync(join(tmpdir(), "front-door-path-"));
  process.env.PATH = ["/nowhere", folder].join(delimiter);
  delete process.env.CHROMIUM;
  expect(chromium()).toBeUndefined();
  const browser = join(folder, "google-chrome");
  writeFileSync(browser, "");
  expect(chromium()).toBeUndefined();
  chmodSync(browser, 0o755);
  expect(chromium()).toBe(browser);
  process.env.CHROMIUM = "/opt/mine";
  expect(chromium()).toBe("/opt/mine");
  rmSync(folder, { recursive: true });
});

describeInChromium("Chromium", () => {
  test("opens a page", async () => {
    const browser = await openBrowser();
    const page = await browser.newPage();
    await page.setContent("<title>here</title>");
    expect(await page.title()).toBe("here");
    await browser.close();
  }, 60_000);
});
