import { join } from "node:path";

/** The repository. */
export const ROOT = join(__dirname, "..", "..");

/** What `cli/bundle/build.cjs` makes, and what tests keep from run to run. */
export const BUILD_FOLDER = join(ROOT, ".build");
