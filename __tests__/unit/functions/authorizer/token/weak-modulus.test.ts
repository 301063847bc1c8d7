import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { isWeakModulus } from "../../../../../functions/authorizer/token/weak-modulus";
import { WEAK_KEYS } from "../../../../support/authorizer/weak-keys";
import { nextRsaKey } from "../../../../support/rsa-keys";

/** Two moduli of 2,048 bits from the tests of roca-detect, https://github.com/crocs-muni/roca (MIT). */
const PUBLISHED = {
  /** `mod03.txt`: of a vulnerable chip. */
  vulnerable:
    "9dcd7420e420c270a68060eb8b5aa7457a9f6648f86fafed2775cc1f79ae962f1e63f1b9e51c55f9ea6fdc7332e9b0058c9ff2eb1fc89855029cf6aafe21e689feb38ac9ffb12f1ce371bb5d0e9aae64161abce74b4244bf68f1edb4411f756a097c8929c14740245ea355f8332d1aa36bb50c7dcb4505da8de02e4e53d38f8df06097da7524df0df93db48eac8cc4af2d3a16257eb2b2adca6ba464e5974fa92550d31b1babf161e7692d00b86e3dd886ecab4abfbe1a8f8cc263ff4af55cdb45f4249a5193925f5e983d762f0b6800943eb0267b08f42ed311ce1f5c86eacbc8ce4d3cb7a2fee1ef5641423a1cf4114e5ecf50034a60a412523af9e6f4aa11",
  /** `mod04.txt`: of none. */
  sound:
    "af659676197f1db06da7ac111a0a0ec175b8b7ef07192ffcd1f6b854c327785f1a7fd3db7da45cd4a31b2b2e5ce0d823a68e28c8adf1747316becce1fe5768064039ad2062260c8d1a34e0586dce9bc13090fcc9fb8b8b2c08ed3ae8d61b29818a669689a7d9c1dab053b557fb8d3f9c44faad3e18c55e739b00d3c9126558bc8e980cd2af377126ef5b1374136774b8bd370e3c1c149db395c8f99696b628b105946fea20106fe24d103ac062661a9248e8c3f628e00b308d33953aabe555132e218e74ef4b578716b4fe7cf340e8e604a319bf6e9951e1942601d34291032db54999d09e5d036dde3544ad35256bbb97d5e3fffd38166c21eae9199548853b",
};

const modulusOf = (key: KeyObject) =>
  BigInt(`0x${Buffer.from(String(createPublicKey(key).export({ format: "jwk" }).n), "base64url").toString("hex")}`);

test("a published vulnerable modulus has the fingerprint, and one made after the paper, and a published sound one has not", () => {
  expect(isWeakModulus(BigInt(`0x${PUBLISHED.vulnerable}`))).toBe(true);
  expect(isWeakModulus(modulusOf(WEAK_KEYS["an RSA key with ROCA's fingerprint"]()))).toBe(true);
  expect(isWeakModulus(BigInt(`0x${PUBLISHED.sound}`))).toBe(false);
});

test("a modulus with a small factor is weak, whichever it is", () => {
  const sound = BigInt(`0x${PUBLISHED.sound}`);
  for (const factor of [2n, 3n, 19n, 163n, 167n])
    expect([factor, isWeakModulus(sound * factor)]).toEqual([factor, true]);
  expect(isWeakModulus(sound * 173n)).toBe(false);
});

test("keys that Node makes are not weak, whatever their size", async () => {
  for (let count = 0; count < 3; count += 1) expect(isWeakModulus(modulusOf(await nextRsaKey()))).toBe(false);
  const larger = generateKeyPairSync("rsa", { modulusLength: 3072 });
  expect(isWeakModulus(modulusOf(larger.privateKey))).toBe(false);
});
