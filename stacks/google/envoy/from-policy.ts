import { type AuthorizerPolicy, type PolicyJwtIssuer, signsJwts } from "../../../contract/policy-file";
import type { KeyLocation, Sidecar, SidecarIssuer } from "./sidecar";

/** Values that the policy does not contain. */
export interface PolicyValues extends Omit<Sidecar, "routes" | "issuers"> {
  /**
   * Value of a variable that the policy names (`…From`): an issuer URL or an app client id. May be a Terraform
   * reference.
   */
  resolve(variable: string): string;
  /** Location of the signing keys of an issuer in the policy. */
  keysOf(issuerId: string): KeyLocation;
}

/** The sidecar of one service, built from the authorizer's own policy. */
export function sidecarOf(policy: AuthorizerPolicy, service: string, values: PolicyValues): Sidecar {
  const { resolve, keysOf, ...rest } = values;
  const routes = Object.entries(policy.routes).filter(([, route]) => route.service === service);
  return {
    ...rest,
    routes: routes.map(([key, { access }]) => ({ key, access })),
    issuers: policy.issuers.filter(signsJwts).map((issuer) => sidecarIssuer(issuer, values)),
  };
}

function sidecarIssuer(issuer: PolicyJwtIssuer, { resolve, keysOf }: PolicyValues): SidecarIssuer {
  const { id } = issuer;
  const keys = keysOf(id);
  const client = (name: string, claim: string, scopes: readonly string[]) => ({ name: `${id}/${name}`, claim, scopes });
  if (issuer.kind === "cognito") {
    const clients = issuer.clients.map((each) => client(each.id, resolve(each.clientIdFrom), each.scopes));
    const claims = { clientClaim: "client_id", scopeClaim: "scope" };
    return { kind: "cognito", id, url: resolve(issuer.issuerFrom), keys, ...claims, clients };
  }
  const { issuer: url, audiences } = issuer;
  if (issuer.grants === "subjects") {
    const clients = issuer.subjects.map(({ subject, scopes }) => client(subject, subject, scopes));
    return { kind: "subjects", id, url, keys, audiences, clientClaim: "sub", clients };
  }
  const { scopes, scopeClaim, clientClaim } = issuer;
  const clients = issuer.clients.map((each) => client(each, each, scopes));
  return { kind: "token", id, url, keys, audiences, clientClaim, scopeClaim, clients };
}
