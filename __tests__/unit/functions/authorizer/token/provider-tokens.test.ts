import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { PROVIDERS, type Provider, providerOf } from "../../../../../contract/identity-providers";
import { callerOf } from "../../../../../functions/authorizer/token/caller";
import { trustedIssuers } from "../../../../../functions/authorizer/token/issuers";
import { readUnverified } from "../../../../../functions/authorizer/token/unverified-token";
import { authorizerPolicy } from "../../../../../stacks/authorizer-policy";
import { BASE, DEV, loadFiles } from "../../../../support/config-folder";
import { ROOT } from "../../../../support/places";

/** A token with the claims that its provider documents. The values are examples. */
interface Documented {
  /** The page that documents the claims, and the day on which it was read. */
  readonly source: string;
  readonly date: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: { readonly iss: string; readonly aud: string | readonly string[]; readonly sub: string };
  /** Keys of the issuer that are not the provider's usual ones. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly caller: { readonly client: string; readonly subject: string; readonly scopes: readonly string[] };
}

const FOLDER = join(ROOT, "__tests__/fixtures/provider-tokens");
const TOKENS = readdirSync(FOLDER).map((name): [string, Documented] => [
  name.replace(".json", ""),
  JSON.parse(readFileSync(join(FOLDER, name), "utf8")),
]);

/** Config for callers of the provider: its usual claims, unless the token is one with others. */
function configFor({ payload, config, caller }: Documented, provider: Provider) {
  const { iss, aud } = payload;
  const issuer = { kind: "oidc", issuer: iss, audiences: [[aud].flat()[0]] };
  const route = { scopes: [...caller.scopes] };
  const routes = { services: { orders: { routes: { "GET /documented": route } } } };
  if (provider.scopes.length === 0) {
    const client = { issuer: "idp", subject: caller.subject, scopes: [...caller.scopes] };
    return { issuers: { idp: issuer }, clients: { documented: client }, ...routes };
  }
  const claims = {
    scopeClaim: provider.scopeClaim ?? provider.scopes[0]?.claim,
    clientClaim: provider.clients[0],
    ...config,
  };
  const grants = { grants: "token", ...claims, scopes: [...caller.scopes], clients: [caller.client] };
  return { issuers: { idp: { ...issuer, ...grants } }, ...routes };
}

function policyOf(documented: Documented, provider: Provider) {
  const overlay = stringify(configFor(documented, provider));
  const loaded = loadFiles({ "base.yaml": BASE, "dev.yaml": `${DEV}${overlay}` });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const [intent] = loaded.intents;
  if (intent === undefined) throw new Error("no environment");
  return authorizerPolicy(intent);
}

test.each(TOKENS)("the authorizer finds caller and scopes of a documented token: %s", (_, documented) => {
  const { header, payload, caller } = documented;
  const provider = providerOf(payload.iss);
  if (provider === undefined) throw new Error(`no provider of ${payload.iss}`);
  const parts = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const { iss, claims } = readUnverified(`${parts.join(".")}.c2ln`);
  const [issuer] = trustedIssuers(policyOf(documented, provider), {}).get(iss) ?? [];
  if (issuer === undefined) throw new Error(`${iss} is not trusted`);
  const { client, subject, scopes } = callerOf({ issuer, claims });
  expect({ client, subject, scopes }).toEqual({ ...caller, client: `idp/${caller.client}` });
});

test("each provider that signs for an API has a documented token", () => {
  const file = "contract/identity-providers.ts";
  const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
  const undocumented = PROVIDERS.filter(
    ({ id, issuer }) => issuer && !TOKENS.some(([name]) => name.startsWith(`${id}-`)),
  );
  const faults = undocumented.map(({ id }) => {
    const line = lines.findIndex((each) => each.trim() === `id: "${id}",`) + 1;
    return `${file}:${line}: add its token to __tests__/fixtures/provider-tokens/${id}-<grant>.json`;
  });
  expect(faults).toEqual([]);
});

test("people and programs of most providers, each token with its source", () => {
  const names = TOKENS.map(([name]) => name);
  for (const id of ["okta", "auth0", "entra-v2", "entra-v1", "keycloak", "pingone"]) {
    expect(names).toEqual(expect.arrayContaining([`${id}-authorization-code`, `${id}-client-credentials`]));
  }
  for (const [name, { source, date, payload }] of TOKENS) {
    expect([name, PROVIDERS.some(({ id }) => name.startsWith(`${id}-`))]).toEqual([name, true]);
    expect([name, name.startsWith(`${providerOf(payload.iss)?.id}-`)]).toEqual([name, true]);
    expect([name, URL.canParse(source), /^\d{4}-\d{2}-\d{2}$/.test(date)]).toEqual([name, true, true]);
  }
});
