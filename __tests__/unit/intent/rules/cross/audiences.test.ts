import { BASE, otherIssuers, problemsOf } from "../../../../support/config-folder";

const faults = (dev: string, test: string) =>
  problemsOf({
    "base.yaml": BASE,
    "dev.yaml": `google: { ownsProject: true }\n${dev}`,
    "test.yaml": test,
  }).map(({ file, line, path, message }) => `${file}:${line} ${path}  ${message}`);

test("environments cannot share an audience, so a token for one is invalid in the others", () => {
  const shared = otherIssuers("other").replace(
    "partner: { audiences: [other] }",
    "partner: { audiences: [other, shop] }",
  );
  expect(faults("", otherIssuers("other"))).toEqual([]);
  expect(faults("", shared)).toEqual([
    "config/base.yaml:20 issuers.partner.audiences  got shop in dev, expected an audience of https://partner.example.com that test does not accept in dev",
    "config/test.yaml:1 issuers.partner.audiences  got shop in test, expected an audience of https://partner.example.com that dev does not accept",
  ]);
});

test("an audience in the base file would be valid in all environments", () => {
  const found = faults("", "issuers: { customers: { domainPrefix: other } }\n");
  expect(found.map((fault) => fault.split("  ")[0])).toEqual([
    "config/base.yaml:20 issuers.partner.audiences",
    "config/base.yaml:24 issuers.workforce.audiences",
  ]);
});

test("two issuers may use the same audience", () => {
  expect(
    faults(
      "issuers: { workforce: { audiences: [a] } }\n",
      otherIssuers("a").replace("workforce: { audiences: [a] }", "workforce: { audiences: [b] }"),
    ),
  ).toEqual([]);
});
