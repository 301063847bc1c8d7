import { describeWhere } from "../../__tests__/support/describe-where";
import { SigningKey } from "../../functions/authorizer/token/signing-key";
import type { UnverifiedToken } from "../../functions/authorizer/token/unverified-token";
import { type SignatureVector, signatureFolder, signatureVectors } from "./signature-vectors";

jest.setTimeout(60_000);

const found = signatureFolder();

/** Files for RS256 and ES256, with the numbers of their vectors by verdict. */
const FILES = {
  ecdsa_secp256r1_sha256_p1363: { accepted: 173, refused: 89, "no key": 0 },
  rsa_signature_2048_sha256: { accepted: 7, refused: 250, "no key": 2 },
  rsa_signature_3072_sha256: { accepted: 7, refused: 251, "no key": 1 },
  rsa_signature_4096_sha256: { accepted: 7, refused: 251, "no key": 0 },
  rsa_signature_8192_sha256: { accepted: 7, refused: 251, "no key": 0 },
};

/** Their messages are no tokens, and their private keys are not published, so they meet the verifying step alone. */
describeWhere("missing" in found ? found.missing : undefined, "Wycheproof's signatures with SHA-256", () => {
  const folder = "folder" in found ? found.folder : "";

  function verdictOn({ key, message, signature }: SignatureVector): "accepted" | "refused" | "no key" {
    const alg = key.kty === "RSA" ? "RS256" : "ES256";
    const signing = SigningKey.from({ ...key, kid: "published" });
    if (signing === undefined) return "no key";
    const token = { alg, signed: message.toString("latin1"), signature: signature.toString("base64url") };
    return signing.verify(token as UnverifiedToken) ? "accepted" : "refused";
  }

  test.each(Object.entries(FILES))("%s: accepts exactly the valid ones", (name, expected) => {
    const tally = { accepted: 0, refused: 0, "no key": 0 };
    const wrong: string[] = [];
    for (const vector of signatureVectors(folder, name)) {
      const verdict = verdictOn(vector);
      tally[verdict]++;
      // A public exponent of 3 is refused as a key, whatever it signed.
      const passes = vector.result === "valid" && vector.key.e !== "Aw";
      if (passes !== (verdict === "accepted")) wrong.push(`${vector.id} (${vector.result}): ${verdict}`);
    }
    expect({ tally, wrong }).toEqual({ tally: expected, wrong: [] });
  });
});
