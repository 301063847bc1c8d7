import { createHash } from "node:crypto";
import { type Dirent, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { shownPath } from "../process/project";

/** Files by path within their folder, with `/` on every system. */
export type AssetFiles = ReadonlyMap<string, Uint8Array>;

/** SHA-256 of names and contents, in hex. The folder of an own asset has this name, so a plan shows each change. */
export function assetDigest(files: AssetFiles): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

const OWN_FOLDER = /^assets\/\w+\/([0-9a-f]{64})$/;

/** Whether a value of a stack is the path of an own asset, or of a file in one. */
export function isOwnAsset(path: unknown): path is string {
  return typeof path === "string" && OWN_FOLDER.test(path.split("/").slice(0, 3).join("/"));
}

/**
 * The files of a stack's own assets whose content has the digest that their path names, by path next to the stack:
 * `assets/worker/<digest>/archive.zip`. Others are left out, and so is each folder with a link.
 *
 * @param stack folder of the stack
 */
export function ownAssets(stack: string): AssetFiles {
  const folders = entriesIn(join(stack, "assets")).flatMap((name) =>
    entriesIn(join(stack, "assets", name)).map((digest) => `assets/${name}/${digest}`),
  );
  return new Map(
    folders.flatMap((folder) => {
      const digest = OWN_FOLDER.exec(folder)?.[1];
      const files = digest === undefined ? undefined : regularFiles(join(stack, folder));
      if (files === undefined || assetDigest(files) !== digest) return [];
      return [...files].map(([path, bytes]) => [`${folder}/${path}`, bytes] as const);
    }),
  );
}

function entriesIn(folder: string): readonly string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
}

/** All files of a folder; undefined if something there is neither a file nor a folder. */
function regularFiles(folder: string): AssetFiles | undefined {
  if (!lstatSync(folder).isDirectory()) return undefined;
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((each) => !each.isDirectory());
  if (!entries.every((each) => each.isFile())) return undefined;
  const pathOf = ({ parentPath, name }: Dirent) => join(parentPath, name);
  return new Map(entries.map((each) => [shownPath(pathOf(each), folder), readFileSync(pathOf(each))]));
}
