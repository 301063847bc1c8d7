import { intentOf, stackOf } from "./support/stack";

/** Every way in which the environments' addresses may differ, and why. One that nothing needs any more fails. */
const DIFFERENCES: readonly { readonly only: RegExp; readonly in: readonly string[]; readonly why: string }[] = [
  { only: /[._](reviews)(_|$)/, in: ["prod", "staging"], why: "dev switches the reviews service off" },
];

const environments = ["dev", "prod", "staging"];
const addresses = new Map(environments.map((name) => [name, stackOf(intentOf(name)).addresses()]));
const all = [...new Set([...addresses.values()].flat())].sort();
const partial = all.filter((address) => environments.some((name) => !addresses.get(name)?.includes(address)));

test("the environments have the same addresses, but for the declared differences", () => {
  const unexplained = partial.filter((address) => !DIFFERENCES.some(({ only }) => only.test(address)));
  expect(unexplained).toEqual([]);
});

test.each(DIFFERENCES)("$why: these addresses are in $in and nowhere else", (difference) => {
  const found = partial.filter((address) => difference.only.test(address));
  expect(found).not.toEqual([]);
  for (const address of found) {
    expect(environments.filter((name) => addresses.get(name)?.includes(address))).toEqual(difference.in);
  }
});
