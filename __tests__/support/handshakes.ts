import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Intent } from "../../intent/intent";
import { loadIntents } from "../../intent/load";

const CONFIG = join(__dirname, "../../config");

/** This repository's preview environment under a handshake: one word of its file is another one, and nothing else. */
export function previewUnder(handshake: Intent["handshake"]): Intent {
  const folder = mkdtempSync(join(tmpdir(), "front-door-config-"));
  try {
    cpSync(CONFIG, folder, { recursive: true });
    const file = join(folder, "preview.yaml");
    const text = readFileSync(file, "utf8").replace(/^handshake: .*$/m, `handshake: ${handshake}`);
    writeFileSync(file, text);
    const result = loadIntents(folder);
    if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
    const found = result.intents.find(({ environment }) => environment === "preview");
    if (found?.handshake !== handshake) throw new Error(`preview.yaml names no handshake on a line of its own`);
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
