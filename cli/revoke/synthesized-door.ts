import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import { isReferenceTo, soleReference } from "../../packages/terraform-access-review/terraform-json/references";
import { projectError } from "../process/command-error";
import type { Json } from "../process/json";
import { committedStack, synthesizedText } from "../process/synthesized";

/** The facts of an environment that a revocation needs, from its committed files, so that config may be broken. */
export interface Door {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** Name of the function that decides about callers. */
  readonly functionName: string;
  /** Name of its alias, if the committed stack has one. */
  readonly alias?: string;
  readonly api: Api;
  /** The tags that distinguish this environment's API from others of the same name. */
  readonly tags: Readonly<Record<string, string>>;
  /** How long the gateway caches a result. */
  readonly cacheSeconds: number;
  readonly policy: AuthorizerPolicy;
  /** Lifetime of each app client's access tokens, by the variable with the client id. */
  readonly tokenMinutes: Readonly<Record<string, number>>;
  /** The longest timeout of any service. */
  readonly answerSeconds: number;
}

export interface Api {
  readonly kind: "http" | "rest";
  readonly name: string;
  readonly stage: string;
}

export function doorOf(environment: string): Door {
  const { data = {}, provider, resource } = committedStack(environment);
  const callers = resource.aws_lambda_function?.callers;
  if (callers === undefined) {
    throw projectError(
      `${environment}: no function decides on its callers: under handshake: shared-issuer each service does`,
      "write disabled: true at the client in config/ and deploy; its tokens are refused once the new revisions serve",
    );
  }
  const [{ allowed_account_ids: accounts, region, default_tags: defaults }] = provider.aws;
  const { application, environment: tag } = defaults[0].tags;
  const policy: AuthorizerPolicy = JSON.parse(synthesizedText(environment, POLICY_FILE));
  return {
    environment,
    account: accounts[0],
    region,
    functionName: callers.function_name,
    ...(resource.aws_lambda_alias?.callers && { alias: resource.aws_lambda_alias.callers.name }),
    api: apiOf(resource),
    tags: { application, environment: tag },
    cacheSeconds: policy.cacheSeconds,
    policy,
    tokenMinutes: tokenMinutes(callers.environment.variables, resource.aws_cognito_user_pool_client ?? {}),
    answerSeconds: answerSeconds({ data, resource }),
  };
}

function apiOf(resource: Json): Api {
  const rest = resource.aws_api_gateway_rest_api?.gateway;
  if (rest) return { kind: "rest", name: rest.name, stage: resource.aws_api_gateway_stage.gateway.stage_name };
  const { name } = resource.aws_apigatewayv2_api.gateway;
  return { kind: "http", name, stage: resource.aws_apigatewayv2_stage.gateway.name };
}

function tokenMinutes(variables: Json, clients: Json): Record<string, number> {
  const named = Object.entries<string>(variables).flatMap(([variable, value]) => {
    const name = isReferenceTo(value, "aws_cognito_user_pool_client.id") ? soleReference(value)?.name : undefined;
    return name === undefined ? [] : [[variable, clients[name].access_token_validity] as const];
  });
  return Object.fromEntries(named);
}

/** How long an answer may take that began before a revocation. */
export function answerSeconds({ data, resource }: Json): number {
  return Math.max(
    ...Object.values<Json>(resource.google_cloud_run_v2_service ?? {}).map(secondsOf),
    ...(data.google_cloud_run_v2_service === undefined ? [] : gatewaySeconds(resource)),
  );
}

/** How long the gateway waits for answers: no stack has the timeout of an existing service. */
function gatewaySeconds({ aws_apigatewayv2_integration, aws_api_gateway_integration }: Json): readonly number[] {
  const all: readonly Json[] = [aws_apigatewayv2_integration, aws_api_gateway_integration].flatMap((each) =>
    Object.values<Json>(each ?? {}),
  );
  return all.map(({ timeout_milliseconds = 0 }) => Math.ceil(timeout_milliseconds / 1000));
}

function secondsOf({ template }: Json): number {
  const [{ timeout }] = [template].flat();
  return Number.parseInt(timeout, 10);
}
