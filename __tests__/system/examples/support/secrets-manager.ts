import type { Clouds } from "../../../../packages/local-front-door/clouds";
import {
  headerValues,
  json,
  type LocalAnswer,
  type LocalRequest,
} from "../../../../packages/local-front-door/net/local-http";
import { LocalServer } from "../../../../packages/local-front-door/net/local-server";

/**
 * The part of AWS Secrets Manager that a reader of one secret needs, on 127.0.0.1.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export class SecretsManagerStandIn {
  /** By name; changed by a test while a caller runs. */
  readonly secrets = new Map<string, string>();
  /** How often one was read. */
  reads = 0;
  /** Called when a secret was read, before its reader has it. */
  onRead: () => void = () => {};
  private readonly server = new LocalServer(async (request) => this.answer(request));
  private url = "";

  static async start(): Promise<SecretsManagerStandIn> {
    const standIn = new SecretsManagerStandIn();
    standIn.url = await standIn.server.start(0);
    return standIn;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Environment variables that send every AWS SDK here, with made-up credentials. */
  get environment(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.url,
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "made-up",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  private answer(request: LocalRequest): LocalAnswer {
    const refuse = (type: string) => json(400, { __type: type, Message: type });
    const [target] = headerValues(request, "x-amz-target");
    if (target !== "secretsmanager.GetSecretValue") return refuse("InvalidRequestException");
    const signed = /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/eu-west-1\/secretsmanager\/aws4_request,/;
    if (!signed.test(headerValues(request, "authorization")[0] ?? "")) return refuse("MissingAuthenticationToken");
    const { SecretId: name } = JSON.parse(request.body);
    const text = this.secrets.get(name);
    if (text === undefined) return refuse("ResourceNotFoundException");
    this.reads += 1;
    this.onRead();
    return json(200, { Name: name, SecretString: text, VersionStages: ["AWSCURRENT"], CreatedDate: 1_764_000_000 });
  }
}

/** The secret of a client as Terraform writes it, for the user pool of this machine. */
export function clientSecret({ callers, cognitoUrl }: Clouds, name: string): string {
  const { client, pool } = callers.find((each) => each.name === name) ?? {};
  if (client === undefined || pool === undefined) throw new Error(`the stack has no client ${name}`);
  return JSON.stringify({
    client_id: client.id,
    client_secret: client.secret,
    token_endpoint: `${cognitoUrl}/${pool.domain}/oauth2/token`,
    scope: client.scopes.join(" "),
  });
}
