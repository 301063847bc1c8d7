import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUILD_FOLDER } from "./places";

/** The bundled functions, which jest's set-up has made, in a folder of this test file. Archives are written there. */
export const FUNCTIONS = mkdtempSync(join(tmpdir(), "front-door-functions-"));
for (const name of ["authorizer.mjs", "rotate-client-secret.mjs"]) {
  cpSync(join(BUILD_FOLDER, name), join(FUNCTIONS, name));
}
