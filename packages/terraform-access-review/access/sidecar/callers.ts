import { needsInText, needsOfText, type ScopeNeed, scopesOfNeed } from "../../../../contract/scope-need";
import type { RowFacts } from "../../model/fact";
import { issuableScopes } from "../../terraform-json/app-client-scopes";
import { referred, type StackJson } from "../../terraform-json/stack-json";
import { readable, soleText } from "../../types/named";
import type { Admission, Sidecar, SidecarIssuer } from "./model";

/** A caller that Envoy permits to call a route. */
export interface AdmittedCaller {
  /** `customers/web`, as in the header that the app gets; undefined for any client of the issuer. */
  readonly name: string | undefined;
  readonly issuer: SidecarIssuer;
  /** Exact value of the claim; undefined for any client. */
  readonly client: string | undefined;
  /** Needs that the token can meet and of which it must meet one; undefined if it needs no scope. */
  readonly scopes: readonly ScopeNeed[] | undefined;
  readonly conditions: readonly string[];
}

/** Callers that pass on a route that requires a token, one entry per client and condition. */
export function admittedCallers(
  stack: StackJson,
  { issuers }: Sidecar,
  admissions: readonly Admission[],
): readonly AdmittedCaller[] {
  const found = new Map<string, AdmittedCaller>();
  for (const { issuer: url, client, scopes, conditions } of admissions) {
    for (const issuer of issuers.filter((each) => each.url === url)) {
      const name = nameOf(stack, issuer, client);
      const key = [issuer.id, name, ...conditions].join("\u0000");
      const known = found.get(key);
      const isAny = scopes === undefined || (known !== undefined && known.scopes === undefined);
      const all = isAny ? undefined : borne(stack, client, [...(known?.scopes ?? []), ...scopes]);
      found.set(key, { name, issuer, client, conditions, scopes: all });
    }
  }
  return [...found.values()].filter(({ scopes }) => scopes === undefined || scopes.length > 0);
}

function nameOf(stack: StackJson, issuer: SidecarIssuer, client: string | undefined): string | undefined {
  if (client === undefined) return undefined;
  const known = issuer.clients?.find(({ value }) => value === client);
  const own = readable(stack, client);
  return known?.name ?? `${issuer.id}/${own.kind === "resource" ? own.name : (soleText(own) ?? client)}`;
}

export function principalOf({ name, issuer }: AdmittedCaller): RowFacts["principal"] {
  return name === undefined ? { kind: "any-client", issuer: issuer.id } : { kind: "caller", name };
}

/** The needs without duplicates, sorted. If the client is an app client, a scope counts only if the pool grants it too. */
function borne(stack: StackJson, client: string | undefined, needs: readonly ScopeNeed[]): readonly ScopeNeed[] {
  const texts = [...new Set(needs.map((need) => needsInText([need])))].sort();
  const scopes = texts.flatMap(needsOfText);
  const app = referred(stack, client);
  if (app?.type !== "aws_cognito_user_pool_client") return scopes;
  const given = issuableScopes(stack, app);
  return scopes.filter((need) => scopesOfNeed(need).every((scope) => given.includes(scope)));
}
