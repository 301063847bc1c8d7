import { faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const issuer = (url: string) => `issuers: { theirs: { kind: oidc, issuer: "${url}", audiences: [shop] } }`;
const release = (claims: string) =>
  `clients: { release: { issuer: theirs, claims: ${claims}, scopes: [orders/read] } }`;
const problems = (url: string, claims: string) => faults(`${issuer(url)}\n${release(claims)}`);

const GITHUB = "https://token.actions.githubusercontent.com";

testAll([GITHUB, "https://tokens.acme.example"])("a client of %s without claims is refused", (url) => {
  expect(problems(url, "{}")).toEqual([
    "clients.release.claims  got no claim, expected at least one claim: without claims, every token of the issuer is this client's",
  ]);
});

testAll([
  "{ environment: prod }",
  "{ ref: refs/heads/main, event_name: push }",
  "{ job_workflow_ref: acme/workflows/.github/workflows/release.yml@refs/heads/main }",
  "{ constructor: x }",
])("a claim that any workflow can have does not identify a caller: %s", (claims) => {
  expect(problems(GITHUB, claims)).toEqual([
    expect.stringMatching(
      /^clients\.release\.claims {2}got only .* for token\.actions\.githubusercontent\.com, an issuer that anyone can use, expected a claim that identifies the tenant: sub, repository, repository_id, repository_owner, repository_owner_id$/,
    ),
  ]);
});

testAll<readonly [string, string]>([
  [GITHUB, "{ repository: acme/shop, environment: prod }"],
  [GITHUB, '{ repository_owner_id: "1234567", environment: prod }'],
  [GITHUB, '{ sub: "repo:acme/shop:environment:prod" }'],
  ["https://gitlab.com", "{ project_path: acme/shop, ref: main }"],
  ["https://gitlab.acme.example", "{ ref: main }"],
  ...["sub", "repository", "repository_id", "repository_owner"].map((name) => [GITHUB, `{ ${name}: "x/y" }`] as const),
  ...["sub", "project_id", "project_path", "namespace_id", "namespace_path"].map(
    (name) => ["https://gitlab.com", `{ ${name}: "x/y" }`] as const,
  ),
])("for %s, %s identifies a caller", (url, claims) => {
  expect(problems(url, claims)).toEqual([]);
});

testAll([
  ["https://accounts.google.com", "{ email: bot@acme.example }"],
  ["https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF", "{ azp: shop }"],
  ["https://gitlab.com", "{ repository: acme/shop }"],
])("for %s, %s does not identify a caller", (url, claims) => {
  expect(problems(url, claims)).toEqual([
    expect.stringContaining("an issuer that anyone can use, expected a claim that identifies the tenant"),
  ]);
});
