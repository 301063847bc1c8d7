import type {
  AuthorizerPolicy,
  PolicyIssuer,
  PolicyMcp,
  PolicyRoute,
  PolicyService,
  PolicySubject,
} from "../contract/policy-file";
import type { RouteAccess } from "../contract/route-access";
import type { Client } from "../intent/model/client-intent";
import type { Access, Intent, Issuer, McpRoute, Route, Service } from "../intent/model/intent";
import * as names from "../intent/model/names";
import { clientKey, routeKey } from "./shared/comes-from";
import type { ConfigKey, Source } from "./shared/sources";

/** The authorizer's policy, built from the same intent as the stack around it. */
export function authorizerPolicy(intent: Intent): AuthorizerPolicy {
  return {
    version: 1,
    cacheSeconds: intent.gateway.authorizerCacheSeconds,
    aws: { region: intent.aws.region },
    federation: { providerFrom: names.FEDERATION_VARIABLE },
    issuers: policyIssuers(intent),
    services: Object.fromEntries(intent.services.map((service) => [service.id, policyService(service, intent)])),
    ...usageKeys(intent),
    ...networksOf(intent),
    routes: Object.fromEntries(intent.services.flatMap(policyRoutes)),
  };
}

/** The policy's issuers, each with its callers. */
export function policyIssuers({ issuers, clients, prefix }: Intent): readonly PolicyIssuer[] {
  return issuers.map((issuer) => policyIssuer(issuer, clientsOf(issuer, clients), prefix));
}

/**
 * The config keys of the policy's parts, by their paths in it. A caller has its name in logs: `callers.workforce/0oa1`; an
 * issuer stands for callers that config no longer has. An app client has the variable of its id. What a review names and no
 * resource has alone, such as the handshake, has a path too.
 */
export function policySource({ clients, issuers, services }: Intent): Source {
  return {
    key: [],
    attributes: {
      allowedNetworks: ["gateway", "allowedNetworks"],
      cacheSeconds: ["gateway", "authorizerCacheSeconds"],
      deployers: ["aws", "deployers"],
      "envoy.image": ["envoy", "image"],
      handshake: ["handshake"],
      ...Object.fromEntries([
        ...issuers.flatMap(issuerKeys),
        ...clients.flatMap((client) => {
          const [key, caller] = [clientKey(client), `callers.${names.callerName(client)}`];
          return [
            // A change that disables or enables a client writes this key.
            [caller, [...key, "disabled"]],
            [`${caller}.kind`, [...key, "kind"]],
            [`${caller}.scopes`, [...key, "scopes"]],
            // A twin has the id from config.
            [`clients.${names.clientVariable(client.id)}`, "appClientId" in client ? [...key, "appClientId"] : key],
            [`issuers.${client.issuer}.claimants.${client.id}`, "claims" in client ? [...key, "claims"] : key],
            ...("uniqueId" in client ? [[`${caller}.uniqueId`, [...key, "uniqueId"]]] : []),
            ...tokenClientKeys(client, issuers),
          ];
        }),
        ...services.map((service) => [`services.${service.id}`, ["services", service.key]]),
        ...services.flatMap((service) =>
          service.routes.flatMap((route) => [
            [`routes.${route.key}`, routeKey(service, route)],
            ...tokenKeys(service, route),
          ]),
        ),
      ]),
    },
  };
}

/** An external client that an issuer with grants: token accepts by its client id. */
function tokenClientKeys(client: Client, issuers: Intent["issuers"]): readonly (readonly [string, ConfigKey])[] {
  const issuer = issuers.find(({ id }) => id === client.issuer);
  if (client.grant !== "external" || client.clientId === undefined || issuer?.kind !== "oidc") return [];
  if (issuer.grants !== "token") return [];
  const [of, key] = [`issuers.${issuer.id}`, clientKey(client)];
  return [
    [`${of}.scopeClaims.${client.clientId}`, [...key, "scopeClaim"]],
    [`${of}.claims.${issuer.clientClaim}[${client.clientId}]`, [...key, "clientId"]],
  ];
}

/** What lets the caller's own token reach the service, by the facts of the review. */
function tokenKeys(
  { key, forwardsAuthorization, verifiesCallerToken }: Service,
  route: Route,
): readonly (readonly [string, ConfigKey])[] {
  if (!forwardsAuthorization && !verifiesCallerToken) return [];
  const setBy = ["services", key, verifiesCallerToken ? "verifyCallerToken" : "forwardAuthorization"];
  return ["withheld-token", "envoy-token"].map((fact) => [`routes.${route.key}.${fact}`, setBy]);
}

function issuerKeys(issuer: Issuer): readonly (readonly [string, ConfigKey])[] {
  const key = ["issuers", issuer.id];
  const own = [`issuers.${issuer.id}`, key] as const;
  if (issuer.kind !== "oidc") return [own, [`callers.${issuer.id}`, ["clients"]]];
  const audiences = [`issuers.${issuer.id}.audiences`, [...key, "audiences"]] as const;
  const issued = [
    [`issuers.${issuer.id}.issuer`, [...key, "issuer"]],
    [`issuers.${issuer.id}.issuer-keys`, [...key, "jwksUri"]],
  ] as const;
  if (issuer.grants === "subjects") return [own, audiences, ...issued, [`callers.${issuer.id}`, ["clients"]]];
  const [clients, scopes] = [
    [...key, "clients"],
    [...key, "scopes"],
  ];
  return [
    own,
    audiences,
    ...issued,
    [`issuers.${issuer.id}.clientClaim`, [...key, "clientClaim"]],
    [`issuers.${issuer.id}.claims.${issuer.clientClaim}`, clients],
    [`issuers.${issuer.id}.scopes`, scopes],
    [`issuers.${issuer.id}.scopeClaims`, [...key, "scopeClaim"]],
    [`callers.${issuer.id}`, clients],
    ...issuer.clients.flatMap((id): (readonly [string, ConfigKey])[] => [
      [`callers.${issuer.id}/${id}`, clients],
      [`callers.${issuer.id}/${id}.scopes`, scopes],
    ]),
  ];
}

function usageKeys({ gateway }: Intent): Pick<AuthorizerPolicy, "usageKeys"> {
  const members = gateway.plans.flatMap((plan) => plan.members);
  return members.length === 0 ? {} : { usageKeys: Object.fromEntries(members.map(({ caller, key }) => [caller, key])) };
}

/** HTTP API only: a REST API checks networks before its authorizer. */
function networksOf({ gateway }: Intent): Pick<AuthorizerPolicy, "allowedNetworks"> {
  const { kind, allowedNetworks } = gateway;
  return allowedNetworks && kind === "http" ? { allowedNetworks } : {};
}

/** A disabled client keeps its name in logs and has no scopes. */
function clientsOf(issuer: Issuer, clients: readonly Client[]): readonly Client[] {
  const own = clients.filter((client) => client.issuer === issuer.id);
  return own.map((client) => (client.disabled ? { ...client, scopes: [] } : client));
}

function policyIssuer(issuer: Issuer, clients: readonly Client[], door: string): PolicyIssuer {
  const { id } = issuer;
  const pathClaims = issuer.kind !== "aws-iam" && issuer.pathClaims ? { pathClaims: issuer.pathClaims } : {};
  if (issuer.kind === "cognito") {
    return {
      id,
      kind: "cognito",
      issuerFrom: names.issuerVariable(id),
      ...pathClaims,
      clients: clients.map((client) => ({
        id: client.id,
        clientIdFrom: names.clientVariable(client.id),
        ...grantOf(client),
      })),
    };
  }
  const externals = clients.filter((client) => client.grant === "external");
  const subjects = externals.flatMap(({ subject, uniqueId, ...client }) =>
    subject === undefined ? [] : [{ subject, ...grantOf(client), ...(uniqueId !== undefined && { uniqueId }) }],
  );
  if (issuer.kind === "aws-iam") return { id, kind: issuer.kind, door, subjects };
  const { kind, grants, issuer: url, audiences } = issuer;
  if (grants === "token") {
    const { scopes, scopeValues, clientClaim, clients: listed } = issuer;
    const [scopeClaim = "", ...more] = [issuer.scopeClaim].flat();
    const own = externals.flatMap(({ id: name, clientId, ...client }) =>
      clientId === undefined
        ? []
        : [
            {
              id: name,
              client: clientId,
              ...grantOf(client),
              ...(client.scopeClaim && { scopeClaim: client.scopeClaim }),
            },
          ],
    );
    return {
      ...{ id, kind, grants, issuer: url, audiences, ...pathClaims, scopes },
      scopeClaim: more.length === 0 ? scopeClaim : [scopeClaim, ...more],
      ...(scopeValues && { scopeValues }),
      clientClaim,
      clients: [...listed, ...own],
    };
  }
  const claimants = externals.flatMap(({ claims, ...client }) =>
    claims === undefined ? [] : [{ id: client.id, claims, ...grantOf(client) }],
  );
  return {
    id,
    kind,
    grants,
    issuer: url,
    audiences,
    ...pathClaims,
    subjects,
    ...(claimants.length > 0 && { claimants }),
  };
}

function grantOf({ scopes, kind }: Pick<Client, "kind" | "scopes">): Pick<PolicySubject, "kind" | "scopes"> {
  return { scopes, ...(kind && { kind }) };
}

function policyService(service: Service, intent: Intent): PolicyService {
  return {
    role: names.roleArn(intent.aws.account, service.name),
    serviceAccount: names.serviceAccountEmail(service.name, intent.google.project),
    audience: service.audience,
  };
}

function policyRoutes(service: Service): [string, PolicyRoute][] {
  return service.routes.map(({ key, access, mcp }) => [
    key,
    { service: service.id, access: routeAccess(access), ...(mcp && { mcp: policyMcp(mcp) }) },
  ]);
}

function policyMcp({ audience, otherAudiences, origins }: McpRoute): PolicyMcp {
  return { audience: otherAudiences === undefined ? audience : [audience, ...otherAudiences], origins };
}

function routeAccess(access: Access): RouteAccess {
  if (access.kind === "public") return "public";
  const { scopes, where } = access;
  return { scopes, ...(where && { where }) };
}
