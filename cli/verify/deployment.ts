import type { AuthorizerPolicy } from "../../contract/policy-file";
import { preflightRows } from "../../packages/terraform-access-review/access/gateway/preflight-rows";
import { isDecidedByFunctions } from "../../packages/terraform-access-review/model/state";
import { projectError } from "../process/command-error";
import type { Json } from "../process/json";
import { type DeployedValues, deployedValues, variablesOf } from "../terraform/outputs";

/** An address that requests go to. */
export interface Place {
  /** `https://host`. */
  readonly origin: string;
  /** Prefix of all paths. Default: empty. */
  readonly basePath?: string;
  /** Host to connect to. Default: where DNS leads. */
  readonly at?: string | undefined;
}

/** A deployed environment, with the facts that probes need. */
export interface Deployment {
  readonly environment: string;
  readonly gateway: Place;
  /** Origins of the Cloud Run services, by service. */
  readonly services: Readonly<Record<string, string>>;
  readonly policy: AuthorizerPolicy;
  /** URLs of the issuers, by issuer. */
  readonly issuers: Readonly<Record<string, string>>;
  /** Values that the policy takes from the function's environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** The first origin whose pages may call; undefined if no page may call. */
  readonly corsOrigin: string | undefined;
  readonly kind: "http" | "rest";
  /** Whether Envoy decides in front of each service, so that a refusal comes from Cloud Run. */
  readonly byEnvoy: boolean;
  readonly awsRegion: string;
  readonly googleProject: string;
}

/** The gateway with the path prefix of a REST API's stage or of a domain's mapping, in its own region. */
export function gatewayOf({ api, target }: DeployedValues): Place {
  return { origin: api.origin, basePath: api.pathname.replace(/\/$/, ""), at: target };
}

/** The parts that a deployment is read from. */
interface Sources extends Pick<Deployment, "environment" | "policy"> {
  /** Parsed output of `terraform output -json`. */
  readonly outputs: unknown;
  /** `main.tf.json`. */
  readonly stack: Json;
}

export function deploymentOf({ environment, outputs, policy, stack }: Sources): Deployment {
  const deployed = deployedValues(outputs, environment);
  const missing = Object.keys(policy.services).filter((id) => deployed.services[id] === undefined);
  if (missing.length > 0) {
    throw projectError(
      `${environment}: synthesized/ has services that are not deployed: ${missing.join(", ")}`,
      "deploy, or check out the commit that is deployed",
    );
  }
  const { resource, provider } = stack;
  const isRest = resource.aws_api_gateway_rest_api?.gateway !== undefined;
  const pages = isRest ? preflightRows(stack).map(({ principal }) => principal) : [];
  return {
    environment,
    gateway: gatewayOf(deployed),
    services: deployed.services,
    policy,
    issuers: deployed.issuers,
    variables: variablesOf(policy, deployed),
    corsOrigin: isRest
      ? pages.flatMap((principal) => (principal.kind === "pages" ? [principal.origin] : []))[0]
      : resource.aws_apigatewayv2_api.gateway.cors_configuration?.allow_origins?.[0],
    kind: isRest ? "rest" : "http",
    byEnvoy: !isDecidedByFunctions(stack),
    awsRegion: provider.aws[0].region,
    googleProject: provider.google[0].project,
  };
}
