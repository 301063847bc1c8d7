import { TokenBucket } from "../../../../../packages/local-front-door/gateway/shared/token-bucket";

test("a bucket gives ten tokens a second and never more than its burst", () => {
  let milliseconds = 0;
  const bucket = new TokenBucket({ ratePerSecond: 10, burst: 3 }, () => milliseconds);
  const taken = () => [bucket.take(), bucket.take(), bucket.take(), bucket.take()].filter(Boolean).length;
  expect(taken()).toBe(3);
  milliseconds += 200;
  expect(taken()).toBe(2);
  milliseconds += 60_000;
  expect(taken()).toBe(3);
  for (let step = 0; step < 10; step += 1) {
    milliseconds += 10;
    if (step < 9) expect(bucket.take()).toBe(false);
  }
  expect(bucket.take()).toBe(true);
  // A clock that goes back neither adds nor removes tokens.
  milliseconds -= 60_000;
  expect(bucket.take()).toBe(false);
});

test("a rate of zero refuses even a burst", () => {
  expect(new TokenBucket({ ratePerSecond: 0, burst: 3 }, () => 0).take()).toBe(false);
});
