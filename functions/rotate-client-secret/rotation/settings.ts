import { RotationError } from "./rotation-error";

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
