import { Arena } from "./support/arena";

/** What the keys of kept answers are for, seen from outside. What they are made of, see `cache.test.ts`. */
let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open();
}, 60_000);
afterAll(() => arena?.close());

test("the gateway's stand-in, which keeps answers, gives each request the status it would get alone", async () => {
  const tokens = [arena.web(["orders/write", "accounts/read"]), arena.web(["accounts/write"]), "junk", undefined];
  const requests = [
    "GET /accounts/me",
    "PATCH /accounts/me",
    "GET /carts/7",
    "PUT /carts/7",
    "GET /carts/a;b",
    "POST /orders",
  ];
  const all = requests.flatMap((request) =>
    tokens.map((each) => [...request.split(" "), each] as [string, string, string]),
  );
  const alone: number[] = [];
  for (const [method, path, each] of all) alone.push((await arena.send(path, { method, token: each })).status);
  arena.clouds.gateway.resetAuthorizersCache();
  for (const round of ["asked", "replayed"]) {
    const found: number[] = [];
    for (const [method, path, each] of all) found.push((await arena.sendAgain(path, { method, token: each })).status);
    expect([round, found]).toEqual([round, alone]);
  }
  expect(new Set(alone)).toEqual(new Set([200, 401, 403]));
});
