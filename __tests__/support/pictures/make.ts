import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBrowser } from "../chromium";
import { fileOf, IMAGES, MANIFEST, MOST_BYTES, PICTURES, SCHEMES } from "./manifest";
import { Scenes } from "./scenes";
import { textsOf } from "./texts";

/**
 * `npm run pictures`: makes the pictures of the docs again, from real runs, with the list of the texts that they show.
 */
async function make(): Promise<void> {
  const browser = await openBrowser();
  const scenes = await Scenes.open();
  const texts: Record<string, readonly string[]> = {};
  try {
    for (const name of PICTURES) {
      for (const scheme of SCHEMES) {
        const page = await scenes.show(browser, name, scheme);
        const bytes = await scenes.picture(page, name, join(IMAGES, fileOf(name, scheme)));
        if (bytes.length > MOST_BYTES)
          throw new Error(`${fileOf(name, scheme)}: ${bytes.length} bytes, expected at most ${MOST_BYTES}`);
        console.log(`${fileOf(name, scheme)}: ${bytes.length} bytes`);
        texts[name] = await textsOf(page, "window");
        await page.context().close();
      }
    }
    writeFileSync(MANIFEST, `${JSON.stringify(texts, undefined, 2)}\n`);
  } finally {
    await browser.close();
    await scenes.close();
  }
}

make().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
