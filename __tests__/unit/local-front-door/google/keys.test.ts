import { GoogleKeys } from "../../../../packages/local-front-door/google/keys";

const NOW = 1_700_000_000_000;
const seconds = (milliseconds: number) => milliseconds / 1000;

async function tokenUntil(milliseconds: number) {
  const keys = await GoogleKeys.create();
  const claims = { aud: "https://orders", email: "orders@x", iat: seconds(NOW), exp: seconds(milliseconds) };
  return { keys, token: await keys.sign(claims) };
}

test("a verified token stays valid until it expires", async () => {
  const { keys, token } = await tokenUntil(NOW + 60_000);
  expect(await keys.verify(token, NOW)).toMatchObject({ aud: "https://orders" });
  expect(await keys.verify(token, NOW + 59_000)).toMatchObject({ aud: "https://orders" });
  await expect(keys.verify(token, NOW + 60_000)).rejects.toThrow('"exp" claim timestamp check failed');
});

test("the cached claims of a verified token apply only to exactly that token", async () => {
  const { keys, token } = await tokenUntil(NOW + 60_000);
  await keys.verify(token, NOW);
  const [head, , signature] = token.split(".");
  const claims = Buffer.from(JSON.stringify({ aud: "https://catalog", email: "orders@x", exp: seconds(NOW) + 60 }));
  await expect(keys.verify(`${head}.${claims.toString("base64url")}.${signature}`, NOW)).rejects.toThrow("signature");
});
