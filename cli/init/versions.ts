import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE } from "../process/project";
import type { Versions } from "./project-files";

const { name: NAME, version: VERSION, ...MANIFEST } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));

/** Where a project stores the package. It is on no registry, where anyone could take its name. */
const TARBALL = `vendor/${NAME}-${VERSION}.tgz`;

/** The first command in a new project. */
export const INSTALL = `npm install ./${TARBALL}    # the tarball of the package: copy it there first, and commit it`;

/** What a project installs, as tested with this program. */
export function versions(): Versions {
  return { ...MANIFEST.dependencies, ...MANIFEST.devDependencies, [NAME]: `file:${TARBALL}` };
}
