import { clientsOf, type Draft, issuersOf, type Rule } from "../derived/draft";
import { expandRoutes, needsOf } from "../derived/routes";
import { askedScopes } from "../derived/scopes";
import { configuredCaller } from "../derived/usage-plans";
import { scopesByServer } from "../model/cognito-scopes";
import * as limit from "../model/limits";
import * as names from "../model/names";

/**
 * The federation's condition lists every service's role by name, so its maximum length limits the number of services.
 */
export const attributeConditionFits: Rule = (draft, report) => {
  const { prefix, services, aws } = draft;
  const roles = [...services].map(([id, service]) => names.serviceName(prefix, names.namedAs(id, service)));
  const condition = names.attributeCondition(roles.map((role) => names.assumedRoleArn(aws.account, role)));
  if (condition.length <= limit.ATTRIBUTE_CONDITION_CHARACTERS) return;
  report(["services"], {
    got: `${services.size} services, whose roles make an attribute condition of ${condition.length} characters`,
    expected: `at most ${limit.ATTRIBUTE_CONDITION_CHARACTERS} (Google's limit for a workload identity provider)`,
    remedy: "shorten the name or the services' names, or split the services over two environments",
  });
};

/** Values known only after an apply reach the functions as environment variables. Lambda allows 4 KB in total. */
export const functionEnvironmentFits: Rule = (draft, report) => {
  const variables = functionEnvironment(draft);
  // Measured as AWS stores them, as JSON: {"NAME":"value",…}.
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(variables)));
  if (bytes <= limit.FUNCTION_ENVIRONMENT_BYTES) return;
  report(["clients"], {
    got: `${variables.length} function variables of about ${bytes} bytes, one for each Cognito client and issuer`,
    expected: `at most ${limit.FUNCTION_ENVIRONMENT_BYTES} (AWS Lambda's limit for a function's environment)`,
    remedy: "merge clients, or move some to an oidc issuer, whose callers need no variable",
  });
};

/** Characters besides the ARNs: two statements, the secret's own ARN twice, and what an apply adds to each. */
const SECRET_POLICY_REST = 800;

/** In the policy of a client's secret, each reader appears twice, and each other exempt principal once. */
export const readersFit: Rule = (draft, report) => {
  const length = (arns: readonly string[] = []) => arns.reduce((sum, arn) => sum + arn.length + 3, 0);
  for (const [id, { readers = [] }] of clientsOf(draft, "client_credentials")) {
    const characters = SECRET_POLICY_REST + 2 * length(readers) + length(draft.aws.deployers);
    if (characters <= limit.SECRET_POLICY_CHARACTERS) continue;
    report(["clients", id, "readers"], {
      got: `${readers.length} readers, whose ARNs make a policy of ${characters} characters`,
      expected: `at most ${limit.SECRET_POLICY_CHARACTERS} (AWS Secrets Manager's limit for a secret's policy)`,
      remedy: "name one role that all of them may assume",
    });
  }
};

/** Each variable with the longest value that an apply may set. */
function functionEnvironment(draft: Draft): [string, string][] {
  const { prefix, aws, federation, clients } = draft;
  const pool = names.poolId(prefix, federation.generation);
  const provider = `projects/${"0".repeat(limit.PROJECT_NUMBER_DIGITS)}/locations/global/workloadIdentityPools/${pool}/providers/${names.FEDERATION_PROVIDER_ID}`;
  const issuer = `https://cognito-idp.${aws.region}.amazonaws.com/${"0".repeat(limit.COGNITO_POOL_ID_CHARACTERS)}`;
  const disabled = [...clients].flatMap(([id, config]) => (config.disabled ? [configuredCaller(id, config)] : []));
  const apps = [...clients].filter(([, config]) => config.grant !== "external");
  return [
    [names.FEDERATION_VARIABLE, provider],
    ...issuersOf(draft, "cognito").map(([id]): [string, string] => [names.issuerVariable(id), issuer]),
    ...apps.map(([id]): [string, string] => [names.clientVariable(id), "0".repeat(limit.COGNITO_CLIENT_ID_CHARACTERS)]),
    ...(disabled.length > 0 ? [[names.REVOKED_VARIABLE, JSON.stringify(disabled)] as [string, string]] : []),
  ];
}

/** Every route counts against API Gateway's quota, and ANY counts as six. */
export const routesFit: Rule = ({ gateway, services, limits }, report) => {
  // For a REST API, resources are counted instead.
  if (gateway.kind === "rest") return;
  const quota = limits.routesPerApi;
  const count = [...services].flatMap(([id, { routes }]) => expandRoutes(id, routes)).length;
  if (count <= quota) return;
  report(["services"], {
    got: `${count} routes, each ANY counted as its methods`,
    expected: `at most ${quota} (API Gateway's quota per API)`,
    remedy: "merge routes with {path+}, or ask AWS for a larger quota and set limits.routesPerApi",
  });
};

/** Every user pool has the resource servers of all scopes that routes require. */
export const resourceServersFit: Rule = (draft, report) => {
  if (issuersOf(draft, "cognito").length === 0) return;
  const quota = draft.limits.resourceServersPerPool;
  const servers = scopesByServer(askedScopes(draft));
  if (servers.size > quota) {
    report(["services"], {
      got: `scopes of ${servers.size} resource servers`,
      expected: `at most ${quota} (Cognito's quota of resource servers per user pool)`,
      remedy:
        "let services share resource servers, or ask AWS for a larger quota and set limits.resourceServersPerPool",
    });
  }
  for (const [server, scopes] of servers) {
    if (scopes.length <= limit.SCOPES_PER_RESOURCE_SERVER) continue;
    report(["services", ...(draft.services.has(server) ? [server, "routes"] : [])], {
      got: `${scopes.length} scopes of the resource server ${server}`,
      expected: `at most ${limit.SCOPES_PER_RESOURCE_SERVER} (Cognito's limit per resource server)`,
      remedy: "let routes share scopes",
    });
  }
};

const PATH = ["gateway", "authorizer", "provisionedConcurrency"] as const;

/** With `handshake: shared-issuer` there is no function that Lambda could keep started. */
export const provisionedConcurrencyHasAFunction: Rule = ({ handshake, isWritten }, report) => {
  if (handshake === "federated" || !isWritten(PATH)) return;
  report(PATH, {
    got: `provisionedConcurrency with handshake: ${handshake}`,
    expected: "none (with this handshake no function decides: API Gateway and each service's Envoy do)",
    remedy: "remove it, or write null in this environment's file if config/base.yaml has it",
  });
};

/**
 * Provisioned concurrency counts towards a function's reserved concurrency, or else towards the account's (AWS Lambda,
 * "Configuring provisioned concurrency"). A deploy starts the new version's instances before it stops those of the
 * former version, so each function needs twice the number during a deploy.
 */
export const provisionedConcurrencyFits: Rule = (draft, report) => {
  const { provisionedConcurrency: each, reservedConcurrency: reserved = {} } = draft.gateway.authorizer;
  if (draft.handshake !== "federated" || each === undefined) return;
  const served = functionsWithRoutes(draft);
  for (const id of served) {
    const most = Math.floor((reserved[id] ?? Number.POSITIVE_INFINITY) / 2);
    if (each <= most) continue;
    report(PATH, {
      got: String(each),
      expected: `at most ${most}, half of reservedConcurrency.${id} (a deploy keeps instances of two versions)`,
      remedy: `lower it, or raise gateway.authorizer.reservedConcurrency.${id}`,
    });
  }
  const unreserved = served.filter((id) => reserved[id] === undefined);
  const others = Object.values(reserved).reduce((sum, count) => sum + count, 0);
  const free = draft.limits.lambdaConcurrency - limit.UNRESERVED_CONCURRENCY_MIN - others;
  const most = Math.max(0, Math.floor(free / 2 / Math.max(1, unreserved.length)));
  if (unreserved.length === 0 || each <= most) return;
  report(PATH, {
    got: String(each),
    expected: `at most ${most} (of the account's ${draft.limits.lambdaConcurrency}, AWS Lambda keeps ${limit.UNRESERVED_CONCURRENCY_MIN} free; a deploy keeps instances of two versions)`,
    remedy: "lower it, or ask AWS for a larger quota and set limits.lambdaConcurrency",
  });
};

/** The functions that get instances: those with routes. */
function functionsWithRoutes({ routes }: Draft): readonly ("callers" | "public")[] {
  return [...new Set(routes.map(({ config }) => (needsOf(config).length === 0 ? "public" : "callers")))].sort();
}
