import { AwsV4Signer } from "aws4fetch";
import { type HttpsCall, HttpsFailure, type HttpsResponse } from "../../authorizer/request/https-call";
import { RotationError, TRIED_AGAIN } from "./rotation-error";

export interface AwsApiProps {
  readonly service: "cognito-idp" | "secretsmanager";
  readonly region: string;
  /** First part of `x-amz-target`. */
  readonly target: string;
  readonly call: HttpsCall;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Read at each call: Lambda renews its credentials there. */
  readonly environment: Environment;
}

/** Timeout of one attempt, in milliseconds. */
const CALL_MILLISECONDS = 5000;

/** Longest answer, in bytes: a described secret with all its versions; a secret itself has 64 kB at most. */
const REPLY_BYTES = 256_000;

/** Pauses before further attempts, in milliseconds. */
const PAUSES = [200, 800];

/** AWS's name of an error, without its message, which may quote the request. */
export class AwsError extends RotationError {
  constructor(
    readonly action: string,
    readonly code: string,
  ) {
    super(`${action} failed: ${code}`, TRIED_AGAIN);
  }
}

/** Signed JSON calls to one regional service. A call may run twice, because transient failures are retried. */
export class AwsApi {
  constructor(private readonly props: AwsApiProps) {}

  async ask(action: string, input: object): Promise<Readonly<Record<string, unknown>>> {
    let response = await this.attempt(action, input);
    for (const pause of PAUSES) {
      if (!isTransient(response)) break;
      await this.props.pause(pause);
      response = await this.attempt(action, input);
    }
    if (response instanceof HttpsFailure) throw new AwsError(action, response.kind);
    if (response.status !== 200) throw new AwsError(action, codeOf(response));
    return objectOf(response.body) ?? {};
  }

  private async attempt(action: string, input: object): Promise<HttpsResponse | HttpsFailure> {
    const { service, region, target, call, environment } = this.props;
    const body = JSON.stringify(input);
    const signer = new AwsV4Signer({
      ...credentialsOf(environment),
      method: "POST",
      url: `https://${service}.${region}.amazonaws.com/`,
      service,
      region,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${target}.${action}` },
      body,
      // Also signs the content type, which aws4fetch leaves out because of browsers.
      allHeaders: true,
    });
    const signed = await signer.sign();
    const headers = Object.fromEntries(signed.headers);
    try {
      const request = { method: "POST" as const, url: signed.url.href, headers, body };
      return await call(request, { timeoutMilliseconds: CALL_MILLISECONDS, maximumBytes: REPLY_BYTES });
    } catch (error) {
      if (error instanceof HttpsFailure) return error;
      throw error;
    }
  }
}

function credentialsOf(environment: Environment) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !AWS_SESSION_TOKEN) {
    throw new RotationError("the function has no credentials", "look at its execution role");
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  };
}

function isTransient(response: HttpsResponse | HttpsFailure): boolean {
  if (response instanceof HttpsFailure) return response.transient;
  return response.status >= 500 || /Throttling|TooManyRequests/.test(codeOf(response));
}

/** `{"__type": "com.amazonaws.…#ResourceNotFoundException"}`; some services send the same in a header. */
function codeOf({ status, body }: HttpsResponse): string {
  const type = objectOf(body)?.__type;
  const [code = ""] = typeof type === "string" ? (/\w+$/.exec(type) ?? []) : [];
  return code === "" ? `status ${status}` : code;
}

/** The JSON object or list in a text; undefined for any other text. */
export function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The one client and the one secret of this function, as declared in the stack. */
export interface Settings {
  /** Id of the client in the config, for the log. */
  readonly client: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly secretArn: string;
  readonly tokenEndpoint: string;
  /** In the order of the config, separated by spaces: the scopes that a caller requests. */
  readonly scope: string;
  /**
   * Label of the version that Terraform wrote. AWS may delete a version without labels; Terraform would then write it
   * again.
   */
  readonly firstLabel: string;
}

const VARIABLES = {
  client: "CLIENT",
  region: "AWS_REGION",
  userPoolId: "USER_POOL_ID",
  clientId: "CLIENT_ID",
  secretArn: "SECRET_ARN",
  tokenEndpoint: "TOKEN_ENDPOINT",
  scope: "SCOPE",
  firstLabel: "FIRST_LABEL",
} as const satisfies Record<keyof Settings, string>;

/** Reads the environment at each event, so that an event with an incomplete one fails and reports what is missing. */
export function readSettings(environment: Environment): Settings {
  const entries = Object.entries(VARIABLES).map(([key, variable]) => {
    const value = environment[variable];
    if (!value) throw new RotationError(`the variable ${variable} is not set`, "deploy the environment again");
    return [key, value];
  });
  return Object.fromEntries(entries) as Settings;
}
