import { join } from "node:path";

/** The repository. */
export const ROOT = join(__dirname, "..", "..");

/** Output of `cli/bundle/build.cjs`, and files that tests keep from run to run. */
export const BUILD_FOLDER = join(ROOT, ".build");
