import { type Attributes, blocksOf, oncePerStack, type Resource, resourcesOf, type StackJson } from "./stack-json";

/*
 * Nothing in a REST API's snapshot refers to a service or a function, so that the deployment's `create_before_destroy`
 * does not reach them. An integration names its host by a stage variable, and an authorizer its function by a literal ARN.
 */

/** A state has one dollar sign, and a configuration two: Terraform's escape. */
const HOST = /^https:\/\/\$?\$\{stageVariables\.(\w+)\}/;
const RUN_HOST = /^\$\{trimprefix\(((?:data\.)?google_cloud_run_v2_service\.[\w-]+\.uri), "https:\/\/"\)\}$/;

/** The expression of the host in a URL: `google_cloud_run_v2_service.orders.uri` without `https://`. */
export function hostIn(url: string): string {
  return `\${trimprefix(${url}, "https://")}`;
}

/** Whether a stage variable has the host of a Cloud Run service of the stack. No other value is read. */
export function isRunHost(value: unknown): boolean {
  return typeof value === "string" && RUN_HOST.test(value);
}

/**
 * An integration of a REST API whose `uri` starts with the service's own URL instead of a stage variable. Unchanged if
 * the API's stages do not agree on the variable, or if it is not the host of a Cloud Run service of the stack.
 */
export function withRunUrl<T extends Pick<Resource, "attributes">>(stack: StackJson, integration: T): T {
  const { attributes } = integration;
  const variable = HOST.exec(String(attributes.uri))?.[1];
  const [host, ...others] =
    variable === undefined ? [] : [...new Set(stagesOf(stack, attributes).map((each) => each.variables?.[variable]))];
  const url = others.length > 0 ? undefined : RUN_HOST.exec(String(host))?.[1];
  if (url === undefined) return integration;
  const uri = String(attributes.uri).replace(HOST, () => `\${${url}}`);
  return { ...integration, attributes: restated(attributes, { uri }) };
}

function stagesOf(stack: StackJson, { rest_api_id }: Attributes): readonly Attributes[] {
  const stages = resourcesOf(stack, "aws_api_gateway_stage").map(({ attributes }) => attributes);
  return stages.filter((each) => each.rest_api_id === rest_api_id);
}

const INVOKE_ARN =
  /^arn:aws:apigateway:([\w-]+):lambda:path\/2015-03-31\/functions\/arn:aws:lambda:([\w-]+):(\d{12}):function:([\w-]+)(?::([\w-]+))?\/invocations$/;

/**
 * A literal invoke ARN as a reference to the function or alias of this stack. Unchanged if the stack has none of that
 * name, or may declare it in another account or region.
 */
export function withInvokeReference(stack: StackJson, invokeArn: unknown): unknown {
  const parts = typeof invokeArn === "string" ? INVOKE_ARN.exec(invokeArn) : null;
  if (parts === null) return invokeArn;
  const [, gatewayRegion, region, account, name, alias] = parts;
  const own = ownPlace(stack);
  if (own === undefined || own.account !== account || own.region !== region || gatewayRegion !== region)
    return invokeArn;
  const functions = resourcesOf(stack, "aws_lambda_function").filter(
    ({ attributes }) => attributes.function_name === name,
  );
  const names = functions.map(({ address }) => `\${${address}.function_name}`);
  const aliases = resourcesOf(stack, "aws_lambda_alias").filter(
    ({ attributes }) => attributes.name === alias && names.includes(attributes.function_name),
  );
  const [found, second] = alias === undefined ? functions : aliases;
  return found === undefined || second !== undefined ? invokeArn : `\${${found.address}.invoke_arn}`;
}

/** The same stack with these references. */
export const withRestReferences = oncePerStack((stack: StackJson): StackJson => {
  const resource: Record<string, Readonly<Record<string, Attributes>>> = { ...stack.resource };
  for (const [type, restate] of Object.entries(RESTATES)) {
    const named = Object.entries(stack.resource[type] ?? {});
    if (named.length === 0) continue;
    resource[type] = Object.fromEntries(named.map(([name, attributes]) => [name, restate(stack, attributes)]));
  }
  return { ...stack, resource };
});

const RESTATES: Readonly<Record<string, (stack: StackJson, attributes: Attributes) => Attributes>> = {
  aws_api_gateway_integration: (stack, attributes) => withRunUrl(stack, { attributes }).attributes,
  aws_api_gateway_authorizer: (stack, attributes) => {
    const authorizer_uri = withInvokeReference(stack, attributes.authorizer_uri);
    return authorizer_uri === attributes.authorizer_uri ? attributes : restated(attributes, { authorizer_uri });
  },
};

/** Cached, because two stacks share the resources that are equal in both, and a review skips those. */
function restated(attributes: Attributes, other: Readonly<Record<string, unknown>>): Attributes {
  const known = RESTATED.get(attributes);
  if (known !== undefined && Object.entries(other).every(([name, value]) => known[name] === value)) return known;
  const made = { ...attributes, ...other };
  RESTATED.set(attributes, made);
  return made;
}

const RESTATED = new WeakMap<Attributes, Attributes>();

/** Account and region of every AWS resource; undefined if the stack does not fix one of each. */
const ownPlace = oncePerStack(({ provider }) => {
  const [aws, second] = blocksOf(provider.aws);
  const [account, other] = aws?.allowed_account_ids ?? [];
  return second === undefined && other === undefined ? { account, region: aws?.region } : undefined;
});
