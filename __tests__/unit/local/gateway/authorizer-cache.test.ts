import { AuthorizerCache } from "../../../../local/gateway/authorizer-cache";

test("keys hold every value in its place, and a changed stage variable is another key", () => {
  const cache = new AuthorizerCache<string>(() => 0);
  cache.keep("scoped", ["token", "GET /a", "policy-1"], "kept", 1);
  expect(cache.find("scoped", ["token", "GET /a", "policy-1"])).toBe("kept");
  for (const other of [
    ["token", "GET /a", "policy-2"],
    ["token", "GET /b", "policy-1"],
    ["GET /a", "token", "policy-1"],
    ["token,GET /a", "policy-1"],
    ['token","GET /a', "policy-1"],
    ["token", "GET /a"],
  ]) {
    expect(cache.find("scoped", other)).toBeUndefined();
  }
  expect(cache.find("public", ["token", "GET /a", "policy-1"])).toBeUndefined();
});

test("many answers do not fill the memory: the oldest goes first, the newest stay", () => {
  const cache = new AuthorizerCache<number>(() => 0);
  for (let index = 0; index <= 10_000; index += 1) cache.keep("scoped", [String(index)], index, 1);
  expect([0, 1, 10_000].map((index) => cache.find("scoped", [String(index)]))).toEqual([undefined, 1, 10_000]);
});

test("what has expired is not held any longer than until the next answer comes", () => {
  let now = 0;
  const cache = new AuthorizerCache<string>(() => now);
  for (let index = 0; index < 50; index++) cache.keep("a", [String(index)], "yes", 60);
  now = 60_000;
  cache.keep("a", ["another"], "yes", 60);
  expect(cache.size).toBe(1);
});
