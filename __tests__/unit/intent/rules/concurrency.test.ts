import { faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";
import { variantOf } from "../../../support/variant";

const AT = "gateway.authorizer.provisionedConcurrency";
const authorizer = (text: string) => `gateway: { authorizer: { ${text} } }`;

testAll([
  ["provisionedConcurrency: 0", `${AT}  got 0, expected at least 1`],
  ["provisionedConcurrency: 1.5", `${AT}  got 1.5, expected a whole number from 1`],
  ["provisionedConcurrency: { callers: 1 }", `${AT}  got a map, expected a whole number from 1`],
])("%s is refused", (text, fault) => {
  expect(faults(authorizer(text))).toEqual([fault]);
});

testAll(["provisionedConcurrency: 1", "provisionedConcurrency: 50, reservedConcurrency: { callers: 100 }"])(
  "%s is accepted",
  (text) => {
    expect(faults(authorizer(text))).toEqual([]);
  },
);

test("during a deploy a function needs twice the instances, within its reserved concurrency", () => {
  expect(faults(authorizer("provisionedConcurrency: 6, reservedConcurrency: { callers: 11 }"))).toEqual([
    `${AT}  got 6, expected at most 5, half of reservedConcurrency.callers (a deploy keeps instances of two versions)`,
  ]);
});

test("without reserved concurrency they must fit the account's, of which AWS keeps 100 free", () => {
  const over = (count: number, limits = "") => faults(`${authorizer(`provisionedConcurrency: ${count}`)}\n${limits}`);
  // 1000, less the 100 that stay free, for two versions of two functions.
  const most = 225;
  expect(over(100_000)[0]).toBe(
    `${AT}  got 100000, expected at most ${most} (of the account's 1000, AWS Lambda keeps 100 free; a deploy keeps instances of two versions)`,
  );
  expect([over(most), over(most + 1).length]).toEqual([[], 1]);
  expect(over(most + 1, "limits: { lambdaConcurrency: 1100 }")).toEqual([]);
  expect(over(1, "limits: { lambdaConcurrency: 10 }")).toEqual([expect.stringContaining("expected at most 0 (of the")]);
});

test("a function without routes gets no instances, so its limit does not count", () => {
  const text = authorizer("provisionedConcurrency: 400, reservedConcurrency: { public: 2 }");
  expect(faults(text)).toEqual([expect.stringContaining("reservedConcurrency.public")]);
});

test("with the shared-issuer handshake there is no function that Lambda could keep started", () => {
  expect(() => variantOf("preview", { gateway: { authorizer: { provisionedConcurrency: 1 } } })).toThrow(
    `${AT}  got provisionedConcurrency with handshake: shared-issuer, expected none (with this handshake no function decides`,
  );
});
