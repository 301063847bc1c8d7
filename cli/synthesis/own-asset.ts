import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import * as core from "cdktf";
import { type App, AssetType, TerraformAsset, type TerraformAssetConfig } from "cdktf";
import type { Construct } from "constructs";
import { credentialsIn } from "../../contract/credentials";
import { archive } from "../../stacks/aws/function-archive";
import { ROOT, shownPath } from "../process/project";
import { type AssetFiles, assetDigest } from "../terraform/assets";

/**
 * What `main.ts` gets as cdktf's `TerraformAsset`. Its path has a digest of names and contents, and an archive has the same
 * bytes on every machine. cdktf itself starts a script to zip a folder, which does not exist in a bundle, and keeps the
 * times of the files.
 *
 * @throws Error if the path does not exist, a file may hold a secret, a link leads elsewhere, or `assetHash` is set
 */
export class OwnAsset extends TerraformAsset {
  constructor(scope: Construct, id: string, config: TerraformAssetConfig) {
    super(scope, id, byContent(scope, id, config));
  }
}

/** The core for `main.ts`. */
export const coreOfMain = { ...core, TerraformAsset: OwnAsset };

function byContent(
  scope: Construct,
  id: string,
  { path, type, assetHash }: TerraformAssetConfig,
): TerraformAssetConfig {
  if (assetHash !== undefined) {
    throw new Error(`the asset ${id}: got assetHash, expected none: its path follows from its content`);
  }
  const source = resolve(ROOT, path);
  const found = statSync(source, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`the asset ${id}: ${path} does not exist`);
  const names = found.isDirectory() ? namesBelow(id, source) : undefined;
  const files = new Map(
    names === undefined
      ? [[basename(source), contentOf(id, source)]]
      : names.map((name) => [name, contentOf(id, join(source, name))]),
  );
  if (names === undefined || type !== AssetType.ARCHIVE) return { path: source, type, assetHash: assetDigest(files) };
  const zip = archive(
    Object.fromEntries(files),
    names.filter((name) => (statSync(join(source, name)).mode & 0o100) !== 0),
  );
  return laid(dirname((scope.node.root as App).outdir), new Map([["archive.zip", zip]]));
}

/** Next to the synthesis, in the draft's folder. */
function laid(draft: string, files: AssetFiles): TerraformAssetConfig {
  const assetHash = assetDigest(files);
  const folder = join(draft, "archives", assetHash);
  mkdirSync(folder, { recursive: true });
  const [[name, bytes] = ["", new Uint8Array()]] = files;
  writeFileSync(join(folder, name), bytes);
  return { path: join(folder, name), assetHash };
}

/** Files and folders in which tools keep secrets. */
const OF_SECRETS = /^\.(env(\..+)?|npmrc|netrc|git|aws|ssh)$/;

/** Paths of all files in a folder, sorted. A link to a file of the folder counts as that file. */
function namesBelow(id: string, root: string, folder = root): readonly string[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const path = join(folder, name);
      if (OF_SECRETS.test(name)) throw refused(id, path, "may hold secrets");
      const [real, home] = [realpathSync(path), realpathSync(root)];
      const isFolder = statSync(path).isDirectory();
      if (!real.startsWith(home + sep) || (isFolder && real !== join(realpathSync(folder), name))) {
        throw refused(id, path, "is a link to elsewhere");
      }
      return isFolder ? namesBelow(id, root, path) : [shownPath(path, root)];
    })
    .sort();
}

function contentOf(id: string, path: string): Uint8Array {
  const bytes = readFileSync(path);
  const [credential] = credentialsIn(bytes.toString("latin1"));
  if (credential !== undefined) throw refused(id, path, `has a credential (${credential.kind})`);
  return bytes;
}

function refused(id: string, path: string, what: string): Error {
  return new Error(`the asset ${id}: ${shownPath(path)} ${what}: leave it out of the folder`);
}
