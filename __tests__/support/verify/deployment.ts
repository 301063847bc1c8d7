import { type Deployment, deploymentOf } from "../../../cli/verify/deployment";
import { POLICY } from "./policy";

export const ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE";

export const OUTPUTS = {
  api_url: { sensitive: false, type: "string", value: "https://api.test.example/" },
  services: {
    value: {
      orders: { url: "https://orders.run.example", audience: "https://orders.p.internal" },
      catalog: { url: "https://catalog.run.example", audience: "https://catalog.p.internal" },
    },
  },
  issuers: { value: { customers: { issuer: ISSUER, token_endpoint: "https://x.example/oauth2/token" } } },
  clients: {
    value: { reporting: { client_id: "reporting-id" }, support: { client_id: "support-id", secret_arn: "arn" } },
  },
};

export const STACK = {
  provider: { aws: [{ region: "eu-west-1" }], google: [{ project: "storefront-dev", region: "europe-west1" }] },
  resource: {
    aws_apigatewayv2_api: { gateway: { cors_configuration: { allow_origins: ["https://shop.example.com"] } } },
    aws_cloudwatch_log_group: { access: { name: "/aws/vendedlogs/storefront-dev-access" } },
    aws_lambda_function: { callers: { function_name: "storefront-dev-callers" } },
  },
};

export function deployment(policy = POLICY, outputs: object = OUTPUTS): Deployment {
  return deploymentOf({ environment: "dev", outputs, policy, stack: STACK });
}

/** An access token as issued by Cognito, except for the signature, which is not checked here. */
export function accessToken(client: "reporting" | "support", scopes: readonly string[], claims: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = {
    iss: ISSUER,
    sub: `sub-of-${client}`,
    client_id: `${client}-id`,
    token_use: "access",
    scope: scopes.join(" "),
    exp: Math.floor(Date.now() / 1000) + 3600,
    ...claims,
  };
  return `${part({ alg: "RS256", kid: "key-1" })}.${part(payload)}.c2lnbmF0dXJl`;
}
