import type { AuthorizerPolicy, PolicyIssuer } from "../../../contract/policy-file";
import type { KeyLocation, Sidecar, SidecarIssuer } from "./sidecar";

/** What the policy leaves open. */
export interface PolicyValues extends Omit<Sidecar, "routes" | "issuers"> {
  /** Value of a variable that the policy names (`…From`): an issuer URL, an app client id. A Terraform reference will do. */
  resolve(variable: string): string;
  /** Where an issuer of the policy publishes its keys. */
  keysOf(issuerId: string): KeyLocation;
}

/** The sidecar of one service, out of the very policy that the authorizer decides by. */
export function sidecarOf(policy: AuthorizerPolicy, service: string, values: PolicyValues): Sidecar {
  const { resolve, keysOf, ...rest } = values;
  const routes = Object.entries(policy.routes).filter(([, route]) => route.service === service);
  return {
    ...rest,
    routes: routes.map(([key, { access }]) => ({ key, access })),
    issuers: policy.issuers.map((issuer) => sidecarIssuer(issuer, values)),
  };
}

function sidecarIssuer(issuer: PolicyIssuer, { resolve, keysOf }: PolicyValues): SidecarIssuer {
  const { id } = issuer;
  const keys = keysOf(id);
  if (issuer.kind === "cognito") {
    const clients = issuer.clients.map(({ clientIdFrom, ...client }) => ({
      ...client,
      clientId: resolve(clientIdFrom),
    }));
    return { kind: "cognito", id, url: resolve(issuer.issuerFrom), keys, clients };
  }
  const { issuer: url, audiences } = issuer;
  if (issuer.grants === "subjects") return { kind: "subjects", id, url, keys, audiences, subjects: issuer.subjects };
  const { scopes, scopeClaim, clientClaim, clients } = issuer;
  return { kind: "token", id, url, keys, audiences, scopes, scopeClaim, clientClaim, clients };
}
