import type { Intent, Service } from "../intent/model/intent";
import { authorizerPolicy } from "./authorizer-policy";
import { sidecarPorts } from "./google/envoy/delivery";
import { sidecarOf } from "./google/envoy/from-policy";
import type { KeyLocation, Sidecar } from "./google/envoy/sidecar";

/** What only an apply knows of the user pools. */
export interface PoolValues {
  /** Issuer URLs and app client ids, by the variable that the policy names. */
  readonly variables: Readonly<Record<string, string>>;
  /** By issuer. */
  readonly keys: Readonly<Record<string, KeyLocation>>;
}

/**
 * What Envoy enforces before a service's app, by the very policy of the authorizer; undefined where it stands before none.
 *
 * @param intent with its texts as Terraform is to read them
 */
export function sidecarsOf(intent: Intent, pools: PoolValues): (service: Service) => Sidecar | undefined {
  const policy = authorizerPolicy(intent);
  const keys = { ...pools.keys, ...externalKeys(intent) };
  return ({ id, port, timeoutSeconds, verifiesCallerToken }) =>
    verifiesCallerToken
      ? sidecarOf(policy, id, {
          project: intent.google.project,
          ports: sidecarPorts(port),
          timeoutSeconds,
          resolve: (variable) => known(pools.variables, variable),
          keysOf: (issuer) => known(keys, issuer),
        })
      : undefined;
}

function externalKeys({ issuers }: Intent): Record<string, KeyLocation> {
  return Object.fromEntries(
    issuers.flatMap((issuer) => {
      if (issuer.kind === "cognito" || issuer.jwksUri === undefined) return [];
      const { hostname: host, port, pathname, search } = new URL(issuer.jwksUri);
      return [[issuer.id, { host, ...(port !== "" && { port: Number(port) }), path: `${pathname}${search}` }]];
    }),
  );
}

function known<T>(values: Readonly<Record<string, T>>, name: string): T {
  const value = values[name];
  if (value === undefined) throw new Error(`nothing is known of ${name}`);
  return value;
}
