import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import { boundSegments, OTHER_TEXT, ownSegments, type RouteAccess } from "../../contract/route-access";
import { callersOf } from "../../packages/terraform-access-review/access/callers";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { callOf, claimsIn } from "../local/requests";
import { BUILD, PACKAGE } from "../process/project";
import { TEST_HOST } from "./aws-principals";
import { testIssuers } from "./tokens";

/** One caller's call of one route. */
export interface Call {
  readonly route: string;
  /** `anyone` has no token. */
  readonly caller: string;
  /** Position of the segment that is another caller's. Default: the path is the caller's own. */
  readonly another?: number;
}

/** A decision as the authorizer logs it. */
export interface Decision {
  readonly decision: "allowed" | "unauthenticated" | "forbidden" | "unavailable";
  readonly reason?: string;
}

/**
 * The built authorizer's decisions on these calls, with the policy of the synthesis. Each caller has a token with all
 * scopes that config grants it, signed for this run.
 */
export async function decisionsOf(
  stack: StackJson,
  policy: AuthorizerPolicy,
  calls: readonly Call[],
): Promise<readonly Decision[]> {
  const issuers = testIssuers(policy, callersOf(stack, policy));
  const folder = mkdtempSync(join(tmpdir(), "front-door-testing-"));
  try {
    const artefact = join(folder, "index.mjs");
    copyFileSync(artefactFile(), artefact);
    writeFileSync(join(folder, POLICY_FILE), JSON.stringify(policy));
    const isRest = stack.resource.aws_api_gateway_rest_api !== undefined;
    const events = calls.map((call) => {
      const { access = "public" } = policy.routes[call.route] ?? {};
      const token = issuers.tokenOf(call.caller);
      const path = pathOf(call, access, token);
      const event = isRest
        ? restEvent(call.route, token, path)
        : httpEvent(call.route, token, addressFor(policy), path);
      return { handler: access === "public" ? "public" : "callers", event };
    });
    const worker = new Worker(join(PACKAGE, "cli/testing/worker.cjs"), {
      workerData: { artefact, documents: issuers.documents, principals: issuers.principals, events },
      env: { ...issuers.environment, ...variablesOf(stack) },
      stdout: true,
    });
    return await new Promise((resolve, reject) => {
      worker.once("message", (decisions) => resolve(decisions));
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("the authorizer ended without a decision")));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A path that is the caller's own, but for the other segment that the call asks for. */
function pathOf({ route, another }: Call, access: RouteAccess, token: string | undefined): string {
  const bound = access === "public" ? [] : boundSegments(route, access.where);
  const texts = new Map([
    ...ownSegments(bound, claimsIn(token)),
    ...(another === undefined ? [] : [[another, OTHER_TEXT] as const]),
  ]);
  const segments = callOf(route).path.split("/");
  return segments.map((segment, position) => texts.get(position) ?? segment).join("/");
}

/** The authorizer from the package, or from the last build of this repository. */
function artefactFile(): string {
  const found = [join(PACKAGE, "dist"), BUILD, join(PACKAGE, ".build")]
    .map((folder) => join(folder, "authorizer.mjs"))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error("the authorizer is not built\n    build it with: npm run synth");
  return found;
}

/** Literal variables of the function. References are known only after an apply. */
function variablesOf(stack: StackJson): Readonly<Record<string, string>> {
  const [environment = {}] = [stack.resource.aws_lambda_function?.callers?.environment].flat();
  const { REVOKED_CALLERS } = environment?.variables ?? {};
  return {
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_SESSION_TOKEN: "x",
    ...(REVOKED_CALLERS !== undefined && { REVOKED_CALLERS }),
  };
}

const POLICY_VERSION = "x";

/** An address that may call: the first one of the first allowed network. */
function addressFor({ allowedNetworks: [network = "192.0.2.1"] = [] }: AuthorizerPolicy): string {
  return network.replace(/\/.*$/, "");
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html */
export function httpEvent(
  routeKey: string,
  token: string | undefined,
  sourceIp = "192.0.2.1",
  path = callOf(routeKey).path,
): object {
  const { method } = callOf(routeKey);
  const authorization = token === undefined ? [] : [`Bearer ${token}`];
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: `arn:aws:execute-api:eu-west-1:000000000000:x/$default/${method}${path}`,
    identitySource: [...authorization, routeKey, path, POLICY_VERSION, sourceIp],
    routeKey,
    rawPath: path,
    headers: Object.fromEntries(authorization.map((value) => ["authorization", value])),
    requestContext: { requestId: "x", domainName: TEST_HOST, http: { method, path, sourceIp } },
    stageVariables: { policy: POLICY_VERSION },
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html */
export function restEvent(routeKey: string, token: string | undefined, path = callOf(routeKey).path): object {
  const { method } = callOf(routeKey);
  return {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:eu-west-1:000000000000:x/live/${method}${path}`,
    httpMethod: method,
    resource: routeKey.slice(method.length + 1),
    path,
    multiValueHeaders: token === undefined ? {} : { Authorization: [`Bearer ${token}`] },
    requestContext: { extendedRequestId: "x", domainName: TEST_HOST, path: `/live${path}` },
    stageVariables: { policy: POLICY_VERSION },
  };
}
