import { execFileSync } from "node:child_process";
import { createHash, type JsonWebKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pythonWithPackages } from "../../__tests__/support/python/python";

/** A token that others published, with the keys to verify it. */
export interface JoseVector {
  /** Set, file and number, such as `json_web_key 7`. */
  readonly id: string;
  readonly text: string;
  /** What an issuer would publish as its key set. Private and symmetric keys are in it if the set has no public ones. */
  readonly published: readonly JsonWebKey[];
  readonly private: readonly JsonWebKey[];
  readonly valid: boolean;
}

/** Vectors, or one line with the reason why there are none. */
export type JoseSet = { readonly vectors: readonly JoseVector[] } | { readonly missing: string };

/** Examples of RFC 7515, appendix A, and RFC 7520, sections 4 and 5, from jwcrypto's own tests. */
export function rfcExamples(): JoseSet {
  const made = pythonWithPackages();
  if ("missing" in made) return made;
  const printed = execFileSync(made.python, [join(__dirname, "published_jose.py")], { encoding: "utf8" });
  return { vectors: JSON.parse(printed) };
}

/** The version of C2SP's repository that is tested, by commit and by the SHA-256 of each file. */
const WYCHEPROOF = {
  commit: "dac1dd4729fd1f8dd9e1e9f3dce51d783da6c166",
  files: {
    json_web_signature: "8e687a06fe8359f4ec51480f1a9f73c8faebd6f4c01b818b843b44eee54fd5d9",
    json_web_key: "be983255bce26406f97020ec5458b33930a90d5f868e604fcd569c300aba2862",
    json_web_crypto: "dcd58ac9548a7d6173437a691e4cc307dcd3cec9fd814a39cd2a94531cf4f8ce",
  },
};

type Keys = JsonWebKey & { readonly keys?: readonly JsonWebKey[] };

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly public?: Keys;
    readonly private?: Keys;
    readonly tests: readonly { tcId: number; jws?: unknown; result: string }[];
  }[];
}

/** Wycheproof's JOSE files from a clone that the variable `WYCHEPROOF` names. Encrypted tokens are left out. */
export function wycheproof(clone = process.env.WYCHEPROOF): JoseSet {
  if (clone === undefined)
    return { missing: `WYCHEPROOF names no clone of C2SP/wycheproof at ${WYCHEPROOF.commit.slice(0, 8)}` };
  return { vectors: Object.entries(WYCHEPROOF.files).flatMap(([name, hash]) => vectorsOf(clone, name, hash)) };
}

function vectorsOf(clone: string, name: string, hash: string): readonly JoseVector[] {
  const file = join(clone, "testvectors_v1", `${name}_test.json`);
  const bytes = readFileSync(file);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== hash) throw new Error(`${file}: got SHA-256 ${found}, expected that of ${WYCHEPROOF.commit}: ${hash}`);
  const { testGroups } = JSON.parse(bytes.toString()) as WycheproofFile;
  return testGroups.flatMap(({ tests, ...group }) => {
    const secret = keysOf(group.private);
    const open = keysOf(group.public);
    return tests
      .filter(({ jws }) => jws !== undefined)
      .map(({ tcId, jws, result }) => ({
        id: `${name} ${tcId}`,
        text: typeof jws === "string" ? jws : JSON.stringify(jws),
        published: open.length > 0 ? open : secret,
        private: secret,
        valid: result === "valid",
      }));
  });
}

function keysOf(keys: Keys = {}): readonly JsonWebKey[] {
  return keys.keys ?? (keys.kty === undefined ? [] : [keys]);
}
