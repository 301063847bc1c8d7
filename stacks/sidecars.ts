import type { IConstruct } from "constructs";
import type { Intent, Service } from "../intent/model/intent";
import { authorizerPolicy } from "./authorizer-policy";
import { delivery, MOUNT_PATH, sidecarPorts } from "./google/envoy/delivery";
import { sidecarOf } from "./google/envoy/from-policy";
import type { KeyLocation, Sidecar } from "./google/envoy/sidecar";
import { envoyText } from "./google/verifier";
import type { ExpectedEnvoy } from "./policy/envoy-container";

/** Values of the user pools that are known only after an apply. */
export interface PoolValues {
  /** Issuer URLs and app client ids, by the variable named in the policy. */
  readonly variables: Readonly<Record<string, string>>;
  /** Locations of the signing keys, by issuer. */
  readonly keys: Readonly<Record<string, KeyLocation>>;
}

/**
 * What Envoy enforces in front of a service's app, from the authorizer's own policy; undefined if the service has no
 * Envoy.
 *
 * @param intent with texts escaped for Terraform
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
      if (issuer.kind !== "oidc" || issuer.jwksUri === undefined) return [];
      const { hostname: host, port, pathname, search } = new URL(issuer.jwksUri);
      return [[issuer.id, { host, ...(port !== "" && { port: Number(port) }), path: `${pathname}${search}` }]];
    }),
  );
}

function known<T>(values: Readonly<Record<string, T>>, name: string): T {
  const value = values[name];
  if (value === undefined) throw new Error(`no value for ${name}`);
  return value;
}

/**
 * Rebuilds from the policy the Envoy that the program puts in front of a service's app. Rules compare the declarations
 * with it, so later changes are found. Undefined for a service without Envoy.
 */
export function expectedEnvoys(
  scope: IConstruct,
  { services, envoy }: Pick<Intent, "services" | "envoy">,
  sidecarOf: (service: Service) => Sidecar | undefined,
): (service: string) => ExpectedEnvoy | undefined {
  return (id) => {
    const service = services.find((each) => each.id === id);
    const sidecar = service && sidecarOf(service);
    if (sidecar === undefined || envoy === undefined) return undefined;
    const text = envoyText(scope, sidecar);
    const delivered = delivery(text);
    return {
      image: envoy.image,
      port: sidecar.ports.ingress,
      args: delivered.args,
      text,
      ...(delivered.kind === "mounted" && { mounted: { folder: MOUNT_PATH, file: delivered.file } }),
    };
  };
}
