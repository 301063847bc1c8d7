import type { JsonWebKey } from "node:crypto";
import { describeWhere } from "../../__tests__/support/describe-where";
import { Arena } from "../../__tests__/system/attack/support/arena";
import { isCompactJws } from "../../functions/authorizer/token/bearer";
import { SigningKey } from "../../functions/authorizer/token/signing-key";
import type { UnverifiedToken } from "../../functions/authorizer/token/unverified-token";
import { carried, headerOf } from "./carry";
import { type JoseSet, type JoseVector, rfcExamples, wycheproof } from "./jose-vectors";

jest.setTimeout(300_000);

/** Counts of verdicts, by decision and reason. */
type Tally = Readonly<Record<string, number>>;

/** Whether the front door accepts the vector's signature: it is valid, compact, and of an accepted algorithm. */
const isAccepted = ({ text, valid }: JoseVector) =>
  valid && text.split(".").length === 3 && ["RS256", "ES256"].includes(headerOf(text)?.alg ?? "");

/** Published tokens in front of the artefact, which gets the vectors' keys as the key set of its issuer. */
function testSet(name: string, set: JoseSet, expected: { readonly published: Tally; readonly carried: Tally }): void {
  describeWhere("missing" in set ? set.missing : undefined, name, () => {
    const vectors = "vectors" in set ? set.vectors : [];
    let arena: Arena;
    beforeAll(async () => {
      arena = await Arena.open("http");
    }, 60_000);
    afterAll(() => arena?.close());

    /** Returns the verdicts, and the ids of vectors for which `isWrong`. */
    async function judged(
      textOf: (vector: JoseVector) => string,
      isWrong: (vector: JoseVector, verdict: string) => boolean,
    ) {
      const tally: Record<string, number> = {};
      const wrong: string[] = [];
      let served: readonly JsonWebKey[] | undefined;
      for (const vector of vectors) {
        const keys = JSON.stringify(vector.published);
        if (keys !== JSON.stringify(served)) {
          served = vector.published;
          // The issuer's own key keeps the set usable, so that an unusable key is unknown.
          arena.customers.published = [...served, arena.customers.pair.jwk];
          arena.callers.coldStart();
        }
        const text = textOf(vector);
        arena.secrets.addToken(text);
        const verdict = await arena.verdict(text);
        tally[verdict] = (tally[verdict] ?? 0) + 1;
        if (isWrong(vector, verdict)) wrong.push(`${vector.id}: ${verdict}`);
      }
      return { tally, wrong };
    }

    test("no token opens the front door as it was published, because none has its claims", async () => {
      const found = await judged(
        ({ text }) => text,
        (_, verdict) => !verdict.startsWith("unauthenticated "),
      );
      expect(found).toEqual({ tally: expected.published, wrong: [] });
    });

    test("with claims of a caller, exactly the valid tokens of RS256 and ES256 with a key id pass", async () => {
      const now = arena.customers.now();
      const claims = { iss: arena.customers.url, iat: now, exp: now + 3600, ...arena.webClaims() };
      const found = await judged(
        (vector) => carried(vector, claims),
        (vector, verdict) => {
          const passes = isAccepted(vector) && headerOf(vector.text)?.kid !== undefined;
          return passes ? verdict !== "allowed" : !verdict.startsWith("unauthenticated ");
        },
      );
      expect(found).toEqual({ tally: expected.carried, wrong: [] });
    });

    test("the verifying step accepts exactly the valid signatures of RS256 and ES256 over some payload, byte for byte", () => {
      const isWhole = ({ text }: JoseVector) => text.split(".").every((part) => part !== "");
      const wrong = vectors.filter((vector) => verifies(vector) !== (isAccepted(vector) && isWhole(vector)));
      expect(wrong.map(({ id }) => id)).toEqual([]);
      expect(vectors.filter(verifies).length).toBeGreaterThan(0);
    });
  });
}

/** Selects a key as the authorizer does, and verifies the published bytes with it. */
function verifies({ text, published }: JoseVector): boolean {
  const { alg, kid = "none" } = headerOf(text) ?? {};
  if (!isCompactJws(text)) return false;
  const end = text.lastIndexOf(".");
  const token = { alg, kid, signed: text.slice(0, end), signature: text.slice(end + 1) } as UnverifiedToken;
  const keys = published.map((key) => SigningKey.from({ kid: "none", ...key }));
  return keys.some((key) => key?.kid === kid && key.alg === alg && key.verify(token));
}

testSet("examples of RFC 7515 and RFC 7520", rfcExamples(), {
  published: { "unauthenticated token-algorithm": 5, "unauthenticated token-shape": 50 },
  carried: { allowed: 1, "unauthenticated token-algorithm": 5, "unauthenticated token-shape": 49 },
});

testSet("Wycheproof's JSON Web Signatures and Keys", wycheproof(), {
  published: { "unauthenticated token-algorithm": 112, "unauthenticated token-shape": 364 },
  carried: {
    allowed: 13,
    "unauthenticated key-unknown": 18,
    "unauthenticated signature": 246,
    "unauthenticated token-algorithm": 123,
    "unauthenticated token-shape": 76,
  },
});
