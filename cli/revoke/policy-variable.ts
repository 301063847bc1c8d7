import { projectError } from "../process/command-error";
import type { AwsCli } from "./aws-cli";
import type { Api } from "./synthesized-door";

/**
 * Changes the stage variable `policy`. It is part of every cache key, so no cached result is found again. Any new value
 * works; this one names the reason.
 */
export function turnPolicy(aws: AwsCli, api: Api, tags: Readonly<Record<string, string>>): void {
  const policy = `revoked-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
  if (api.kind === "http") {
    const { Items } = aws.call("apigatewayv2", "get-apis");
    const apiId = theOne(api, tags, Items, { id: "ApiId", name: "Name", tags: "Tags" });
    const stage = ["--api-id", apiId, "--stage-name", api.stage];
    const { StageVariables } = aws.call("apigatewayv2", "get-stage", ...stage);
    const variables = JSON.stringify({ ...StageVariables, policy });
    aws.call("apigatewayv2", "update-stage", ...stage, "--stage-variables", variables);
    return;
  }
  const { items } = aws.call("apigateway", "get-rest-apis");
  const id = theOne(api, tags, items, { id: "id", name: "name", tags: "tags" });
  const operation = `op=replace,path=/variables/policy,value=${policy}`;
  const stage = ["--rest-api-id", id, "--stage-name", api.stage];
  aws.call("apigateway", "update-stage", ...stage, "--patch-operations", operation);
}

/** Id of the API. API names are not unique, so the environment's tags identify the API. */
function theOne(
  { name }: Api,
  tags: Readonly<Record<string, string>>,
  items: readonly Record<string, unknown>[] = [],
  keys: { readonly id: string; readonly name: string; readonly tags: string },
): string {
  const found = items.filter((item) => {
    const own = (item[keys.tags] ?? {}) as Record<string, string>;
    return item[keys.name] === name && Object.entries(tags).every(([tag, value]) => own[tag] === value);
  });
  const [api] = found;
  if (api !== undefined && found.length === 1) return String(api[keys.id]);
  const wanted = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
  throw projectError(`${found.length} APIs are called ${name} and tagged ${wanted.join(" and ")}, expected one`);
}
