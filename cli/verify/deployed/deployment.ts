import { isIP } from "node:net";
import * as z from "zod";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { preflightRows } from "../../../packages/terraform-access-review/access/gateway/preflight-rows";
import { gatewayRoutes } from "../../../packages/terraform-access-review/access/gateway/routes";
import { projectError } from "../../process/command-error";
import type { Json } from "../../process/json";
import type { TerraformJson } from "../../synthesis/review-text";

/** A deployed environment, with the facts that probes need. */
export interface Deployment {
  readonly environment: string;
  /** `https://host`, and the path prefix of all routes: empty except under a custom domain's mapping. */
  readonly gateway: { readonly origin: string; readonly basePath: string };
  /** Origins of the Cloud Run services, by service. */
  readonly services: Readonly<Record<string, string>>;
  readonly policy: AuthorizerPolicy;
  /** URLs of the issuers, by issuer. */
  readonly issuers: Readonly<Record<string, string>>;
  /** Values that the policy takes from the function's environment variables: issuer URLs and client ids. */
  readonly variables: Readonly<Record<string, string>>;
  /** The first origin whose pages may call; undefined if no page may call. */
  readonly corsOrigin: string | undefined;
  readonly kind: "http" | "rest";
  /** Whether Envoy decides in front of each service, so that a refusal comes from Cloud Run. */
  readonly byEnvoy: boolean;
  /** Keys of the routes whose service never sees the caller's token. */
  readonly withheld: readonly string[];
  readonly logs: LogPlaces;
}

export interface LogPlaces {
  readonly awsRegion: string;
  readonly accessLogGroup: string;
  readonly googleProject: string;
}

/** What `terraform output -json` returns for this program's stacks. */
const outputsSchema = z.object({
  api_url: z.object({ value: z.string() }),
  services: z.object({ value: z.record(z.string(), z.object({ url: z.string() })) }),
  issuers: z.object({ value: z.record(z.string(), z.object({ issuer: z.string() })) }),
  clients: z.object({ value: z.record(z.string(), z.object({ client_id: z.string() })) }),
});

export interface DeploymentSources {
  readonly environment: string;
  /** Parsed output of `terraform output -json`. */
  readonly outputs: unknown;
  readonly policy: AuthorizerPolicy;
  /** `main.tf.json`. */
  readonly stack: TerraformJson;
  /** Default: functions decide. */
  readonly byEnvoy?: boolean;
}

export function deploymentOf({ environment, outputs, policy, stack, byEnvoy = false }: DeploymentSources): Deployment {
  const { api_url, services, issuers, clients } = readOutputs(outputs, environment);
  const missing = Object.keys(policy.services).filter((id) => services.value[id] === undefined);
  if (missing.length > 0) {
    throw projectError(
      `${environment}: synthesized/ has services that are not deployed: ${missing.join(", ")}`,
      "deploy, or check out the commit that is deployed",
    );
  }
  const gateway = publicUrl("api_url", api_url.value);
  return {
    environment,
    gateway: { origin: gateway.origin, basePath: gateway.pathname.replace(/\/$/, "") },
    services: Object.fromEntries(
      Object.entries(services.value).map(([id, { url }]) => [id, publicUrl(`services.${id}.url`, url).origin]),
    ),
    policy,
    issuers: Object.fromEntries(Object.entries(issuers.value).map(([id, { issuer }]) => [id, issuer])),
    variables: variablesOf(policy, issuers.value, clients.value),
    byEnvoy,
    ...stackFacts(stack),
  };
}

/** Values of the variables that the policy names, from what `terraform output -json` returns. */
export function variablesIn(policy: AuthorizerPolicy, outputs: unknown, environment: string): Record<string, string> {
  const { issuers, clients } = readOutputs(outputs, environment);
  return variablesOf(policy, issuers.value, clients.value);
}

/** The URL that callers call, from what `terraform output -json` returns. */
export function deployedUrl(outputs: unknown, environment: string): string {
  return publicUrl("api_url", readOutputs(outputs, environment).api_url.value).href;
}

function readOutputs(outputs: unknown, environment: string) {
  const read = outputsSchema.safeParse(outputs);
  if (read.success) return read.data;
  throw projectError(
    `${environment}: Terraform has no outputs of a deployed front door`,
    `deploy it first: npx cdktf deploy ${environment}`,
  );
}

/** Tokens are sent to these addresses, so only https, host names and the default port are allowed. */
function publicUrl(output: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && `${url.origin}${url.pathname}` === url.href && url.port === "";
  if (plain && url.protocol === "https:" && url.hostname.includes(".") && isIP(url.hostname) === 0) return url;
  throw projectError(`output ${output}: got ${text}, expected the https address of a host`);
}

function variablesOf(
  { issuers }: AuthorizerPolicy,
  issuerOutputs: Readonly<Record<string, { readonly issuer: string }>>,
  clientOutputs: Readonly<Record<string, { readonly client_id: string }>>,
): Record<string, string> {
  const pairs = issuers.flatMap((issuer) =>
    issuer.kind === "cognito"
      ? [
          [issuer.issuerFrom, issuerOutputs[issuer.id]?.issuer],
          ...issuer.clients.map(({ id, clientIdFrom }) => [clientIdFrom, clientOutputs[id]?.client_id]),
        ]
      : [],
  );
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

function stackFacts(stack: Json): Pick<Deployment, "corsOrigin" | "kind" | "logs" | "withheld"> {
  const { resource, provider } = stack;
  const isRest = resource.aws_api_gateway_rest_api?.gateway !== undefined;
  const routes = isRest ? gatewayRoutes(stack) : [];
  return {
    corsOrigin: isRest
      ? preflightRows(stack).map(({ principal }) => (principal.kind === "pages" ? principal.origin : undefined))[0]
      : resource.aws_apigatewayv2_api.gateway.cors_configuration?.allow_origins?.[0],
    kind: isRest ? "rest" : "http",
    withheld: routes.flatMap(({ key, handling }) => ((handling.terms.requires ?? []).length > 0 ? [key] : [])),
    logs: {
      awsRegion: provider.aws[0].region,
      accessLogGroup: resource.aws_cloudwatch_log_group[isRest ? "rest_access" : "access"].name,
      googleProject: provider.google[0].project,
    },
  };
}
