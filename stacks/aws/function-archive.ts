import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { zipSync } from "fflate";

export interface FunctionArchiveProps {
  /**
   * Folder with the bundled functions, `<name>.mjs`, used only by this process. The archive is written there too, in
   * the environment's folder.
   */
  readonly buildFolder: string;
  readonly environment: string;
  /** Name of the function's folder, its bundle and the archive: `authorizer`. */
  readonly name: string;
  /** Files next to the bundle, by file name. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * The zip that a function runs: its bundle as `index.mjs`, and the files it reads. It is byte-identical on every
 * machine: entries are sorted, the time is fixed, and content is stored, not deflated (output differs between zlib
 * versions).
 */
export class FunctionArchive extends Construct {
  /** Path for Terraform, relative to the stack's folder. */
  readonly path: string;
  /** Base64 SHA-256 of the zip, for `source_code_hash`. */
  readonly sourceCodeHash: string;
  /** Sixteen hex digits of the same hash. It changes with any change in the archive. */
  readonly fingerprint: string;

  constructor(scope: Construct, id: string, { buildFolder, environment, name, files = {} }: FunctionArchiveProps) {
    super(scope, id);
    const zip = archive({ ...files, "index.mjs": readFileSync(join(buildFolder, `${name}.mjs`), "utf8") });
    this.sourceCodeHash = archiveHash(zip);
    this.fingerprint = Buffer.from(this.sourceCodeHash, "base64").toString("hex").slice(0, 16);
    const asset = new TerraformAsset(this, name, {
      path: write(join(buildFolder, environment), `${name}.zip`, zip),
      type: AssetType.FILE,
      // The path does not depend on the content, so a change shows only in `source_code_hash`, in one line of the diff.
      assetHash: "zip",
    });
    this.path = asset.path;
  }
}

/** Base64 SHA-256 of an archive, for `source_code_hash`. */
export function archiveHash(zip: Uint8Array): string {
  return createHash("sha256").update(zip).digest("base64");
}

/**
 * The bytes of an archive of these files. Everybody may read each file, which AWS Lambda requires.
 *
 * @param executable names of files that may also be run
 */
export function archive(
  files: Readonly<Record<string, string | Uint8Array>>,
  executable: readonly string[] = [],
): Uint8Array {
  // The zip format stores local time from 1980. A local date gives the same bytes in every time zone.
  const options = { level: 0, mtime: new Date(1980, 0, 1), os: 3 } as const;
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(
    Object.fromEntries(
      sorted.map(([name, content]) => {
        const attrs = (executable.includes(name) ? 0o755 : 0o644) << 16;
        return [name, [Buffer.from(content), { ...options, attrs }]];
      }),
    ),
  );
}

function write(folder: string, name: string, bytes: Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
