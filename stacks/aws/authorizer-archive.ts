import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { zipSync } from "fflate";
import type { AuthorizerPolicy } from "../../functions/authorizer/policy";

export interface AuthorizerArchiveProps {
  /** Folder with the bundled function, `authorizer.mjs`; the archive is laid there too, in the environment's folder. */
  readonly buildFolder: string;
  readonly environment: string;
  readonly policy: AuthorizerPolicy;
}

/**
 * The zip that both authorizer functions run: the bundle and the policy it decides by. The same bytes on every machine:
 * entries sorted, one fixed time, stored and not deflated (zlib's versions differ in their output).
 */
export class AuthorizerArchive extends Construct {
  /** Path for Terraform, relative to the stack's folder. */
  readonly path: string;
  /** Base64 SHA-256 of the zip, what `source_code_hash` is compared with. */
  readonly sourceCodeHash: string;
  /** Sixteen hex digits of the same hash: changes whenever policy or code does. */
  readonly fingerprint: string;

  constructor(scope: Construct, id: string, props: AuthorizerArchiveProps) {
    super(scope, id);
    const zip = archive({
      "authorizer-policy.json": policyText(props.policy),
      "index.mjs": readFileSync(join(props.buildFolder, "authorizer.mjs"), "utf8"),
    });
    const hash = createHash("sha256").update(zip).digest();
    this.sourceCodeHash = hash.toString("base64");
    this.fingerprint = hash.toString("hex").slice(0, 16);
    const asset = new TerraformAsset(this, "authorizer", {
      path: write(join(props.buildFolder, props.environment), "authorizer.zip", zip),
      type: AssetType.FILE,
      // The path stays the same when the content changes: `source_code_hash` carries the change, in one line of the diff.
      assetHash: "zip",
    });
    this.path = asset.path;
  }
}

/** The policy as it is zipped and committed: two spaces, keys in the order in which the policy was built. */
export function policyText(policy: AuthorizerPolicy): string {
  return `${JSON.stringify(policy, null, 2)}\n`;
}

function archive(files: Readonly<Record<string, string>>): Uint8Array {
  // The zip format counts from 1980, in local time; given as local time, the bytes are the same in every time zone.
  const options = { level: 0, mtime: new Date(1980, 0, 1), os: 3 } as const;
  const encoder = new TextEncoder();
  return zipSync(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, [encoder.encode(text), options]])),
  );
}

function write(folder: string, name: string, bytes: Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const target = join(folder, name);
  const draft = `${target}.${process.pid}`;
  writeFileSync(draft, bytes);
  renameSync(draft, target);
  return target;
}
