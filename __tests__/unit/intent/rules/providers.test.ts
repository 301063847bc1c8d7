import { BASE, DEV, faults, loadFiles, shownFaults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const workforce = (keys: string) => `issuers: { workforce: { ${keys} } }`;
/** Paths of the findings. */
const paths = (keys: string) => faults(workforce(keys)).map((fault) => fault.replace(/ {2}.*/s, ""));

const OKTA = "issuer: https://acme.okta.com/oauth2/default";
const AUTH0 = "issuer: https://acme.eu.auth0.com/";
const TENANT = "11111111-2222-3333-4444-555555555555";
const V2 = `issuer: https://login.microsoftonline.com/${TENANT}/v2.0, audiences: [${TENANT}]`;
const V1 = `issuer: https://sts.windows.net/${TENANT}/`;

testAll([
  [`${OKTA}, scopeClaim: scp, clientClaim: cid`],
  [`${OKTA}, scopeClaim: [scp, groups], clientClaim: cid`],
  [`${AUTH0}, clientClaim: azp`],
  [`${AUTH0}, scopeClaim: permissions`],
  [`${V2}, scopeClaim: [scp, roles], clientClaim: azp`],
  [`${V1}, scopeClaim: [scp, roles], clientClaim: appid`],
  ["issuer: https://sso.acme.com/realms/acme, clientClaim: azp, scopeClaim: realm_access.roles"],
  [`issuer: https://auth.pingone.eu/${TENANT}/as`],
  ["issuer: https://securetoken.google.com/acme-shop, audiences: [acme-shop], scopeClaim: roles, clientClaim: aud"],
])("%s fits its provider", (keys) => {
  expect(paths(keys)).toEqual([]);
});

testAll([
  [`${OKTA}`, ["clientClaim", "scopeClaim"]],
  [`${OKTA}, scopeClaim: scope, clientClaim: client_id`, ["scopeClaim", "clientClaim"]],
  [`${OKTA}, scopeClaim: [scp, scope], clientClaim: cid`, ["scopeClaim[1]"]],
  [`${OKTA}/, scopeClaim: scp, clientClaim: cid`, ["issuer"]],
  ["issuer: https://acme.okta.com", ["issuer"]],
  [`${AUTH0.slice(0, -1)}, clientClaim: azp`, ["issuer"]],
  [`${AUTH0}, scopeClaim: roles, clientClaim: azp`, ["scopeClaim"]],
  [`${V2.replace("/v2.0", "/")}, scopeClaim: scp, clientClaim: azp`, ["issuer"]],
  [`${V2}, scopeClaim: scp, clientClaim: appid`, ["clientClaim"]],
  [`${V2.replace(/, audiences.*/, "")}, scopeClaim: scp, clientClaim: azp`, ["audiences[0]"]],
  [`${V1.slice(0, -1)}, scopeClaim: scp, clientClaim: appid`, ["issuer"]],
  [`${V1}, scopeClaim: scp, clientClaim: azp`, ["clientClaim"]],
  ["issuer: https://sso.acme.com/realms/acme/, clientClaim: azp", ["issuer"]],
  ["issuer: https://securetoken.google.com/acme-shop, scopeClaim: roles, clientClaim: aud", ["audiences[0]"]],
])("%s contradicts its provider", (keys, expected) => {
  expect(paths(keys).sort()).toEqual(expected.map((key) => `issuers.workforce.${key}`).sort());
});

testAll([
  ["issuer: https://securetoken.google.com/acme-shop, scopeClaim: roles, clientClaim: aud", "expected acme-shop, "],
  [`${V2.replace(/, audiences.*/, "")}, scopeClaim: scp, clientClaim: azp`, "expected a GUID: "],
])("%s lacks an audience of its provider's form", (keys, expected) => {
  expect(faults(workforce(keys))).toEqual([expect.stringContaining(expected)]);
});

testAll<[string, readonly string[]]>([
  ["roles", []],
  ["scope", ["clients.program.scopeClaim"]],
  ["[roles, scope]", ["clients.program.scopeClaim[1]"]],
])("the claim %s of one client is one that the provider writes", (claim, expected) => {
  const issuer = `${V2}, scopeClaim: scp, clientClaim: azp`;
  const found = faults(
    `${workforce(issuer)}\nclients: { program: { issuer: workforce, clientId: ${TENANT}, scopes: [orders/read], scopeClaim: ${claim} } }`,
  );
  expect(found.map((fault) => fault.replace(/ {2}.*/s, ""))).toEqual(expected);
});

test("an issuer that only proves subjects must have its provider's form too", () => {
  const found = faults("issuers: { partner: { issuer: https://acme.okta.com } }");
  expect(found).toEqual([expect.stringMatching(/^issuers\.partner\.issuer /)]);
});

test("a contradiction has its line, and the value to write", () => {
  const [found = ""] = shownFaults(workforce(`${OKTA}, scopeClaim: scope, clientClaim: cid`));
  expect(found).toMatch(/^config\/dev\.yaml:2:\d+ {2}issuers\.workforce\.scopeClaim .*\n {4}write scopeClaim: scp\n/);
  const [slash = ""] = shownFaults(workforce(`${AUTH0.slice(0, -1)}, clientClaim: azp`));
  expect(slash).toMatch(/\n {4}write https:\/\/acme\.eu\.auth0\.com\/\n/);
});

const warned = (keys: string, allowances?: string) => {
  const result = loadFiles({
    "base.yaml": BASE,
    "dev.yaml": `${DEV}${workforce(keys)}
`,
    ...(allowances !== undefined && { "allowances.yaml": allowances }),
  });
  return result.ok ? result.warnings.get("dev") : result.problems;
};
const allowance = (rule: string) =>
  `dev: [{ rule: ${rule}, address: issuers.workforce, reason: we add this claim ourselves, owner: platform@example.com }]\n`;

testAll([
  [`${OKTA}, scopeClaim: permissions, clientClaim: cid`, "scopeClaim"],
  [`${OKTA}, scopeClaim: scp, clientClaim: sub`, "clientClaim"],
  [`${AUTH0}, scopeClaim: scp, clientClaim: azp`, "scopeClaim"],
  ["issuer: https://sso.acme.com/realms/acme, scopeClaim: scp, clientClaim: azp", "scopeClaim"],
])("%s is a warning that can be allowed", (keys, key) => {
  expect(warned(keys)).toEqual([
    expect.stringMatching(
      new RegExp(
        `^warning: config/dev\\.yaml:2:\\d+ {2}issuers\\.workforce\\.${key} .*\\n.*rule provider-claim, address issuers\\.workforce$`,
      ),
    ),
  ]);
  expect(warned(keys, allowance("provider-claim"))).toEqual([]);
});

testAll([
  [`${OKTA}, scopeClaim: "https://acme.example/scopes", clientClaim: cid`],
  ["issuer: https://securetoken.google.com/acme-shop, audiences: [acme-shop], scopeClaim: level, clientClaim: aud"],
  ["issuer: https://login.acme.example, scopeClaim: anything, clientClaim: anyone"],
])("%s causes no warning", (keys) => {
  expect(warned(keys)).toEqual([]);
});

const PLACEHOLDER = "clients: [replace-with-a-client-id]";

test("a placeholder is a warning while the environment has no pipeline", () => {
  expect(warned(PLACEHOLDER)).toEqual([
    expect.stringMatching(
      /^warning: .* issuers\.workforce\.clients\[0\] .*\n.*rule placeholder, address issuers\.workforce$/,
    ),
  ]);
  expect(warned(PLACEHOLDER, allowance("placeholder"))).toEqual([]);
});
