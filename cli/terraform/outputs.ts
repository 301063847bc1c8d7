import { existsSync } from "node:fs";
import { isIP } from "node:net";
import * as z from "zod";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import { projectError } from "../process/command-error";
import { withProgress } from "../process/progress";
import type { TerraformBinary } from "./binary";
import { terraformFailure } from "./failure";
import { Terraform } from "./terraform";

/**
 * Terraform's outputs of a deployed environment. Only standard output is JSON: warnings go to standard error.
 *
 * @param folder `cdktf.out/stacks/<environment>`, initialised by an earlier plan or deploy
 */
export async function terraformOutputs(binary: TerraformBinary, folder: string, environment: string): Promise<unknown> {
  if (!existsSync(folder)) {
    const remedy = `plan it once with your accounts: npm run plan -- ${environment}`;
    throw projectError(`${environment}: cdktf.out/ has no stack to read outputs from`, remedy);
  }
  const { code, stdout, stderr } = await withProgress(
    `${environment}: reading the outputs of the deployed stack`,
    new Terraform(binary, folder).start(["output", "-json", "-no-color"]),
  );
  if (code === 0) return JSON.parse(stdout);
  throw terraformFailure(environment, "output", `${stdout}${stderr}`);
}

/** What `terraform output -json` returns for this program's stacks. */
const outputsSchema = z.object({
  api_url: z.object({ value: z.string() }),
  api_target: z.object({ value: z.string() }).optional(),
  services: z.object({ value: z.record(z.string(), z.object({ url: z.string() })) }),
  issuers: z.object({ value: z.record(z.string(), z.object({ issuer: z.string() })) }),
  clients: z.object({ value: z.record(z.string(), z.object({ client_id: z.string() })) }),
});

/** Addresses and ids that only a deployed environment has. */
export interface DeployedValues {
  /** The URL that callers call. */
  readonly api: URL;
  /** Host of this region's API, if another region has the same URL. */
  readonly target?: string;
  /** Origins of the Cloud Run services, by service. */
  readonly services: Readonly<Record<string, string>>;
  /** URLs of the issuers, by issuer. */
  readonly issuers: Readonly<Record<string, string>>;
  /** Ids of the app clients, by client. */
  readonly clients: Readonly<Record<string, string>>;
}

/** @throws CommandError for outputs of no deployed front door, or an address to which no token may be sent */
export function deployedValues(outputs: unknown, environment: string): DeployedValues {
  const read = outputsSchema.safeParse(outputs);
  if (!read.success) {
    throw projectError(
      `${environment}: Terraform has no outputs of a deployed front door`,
      `deploy it first: npx cdktf deploy ${environment}`,
    );
  }
  const { api_url, api_target, services, issuers, clients } = read.data;
  const by = <T>(values: Readonly<Record<string, T>>, text: (value: T, id: string) => string) =>
    Object.fromEntries(Object.entries(values).map(([id, value]) => [id, text(value, id)]));
  return {
    api: publicUrl("api_url", api_url.value),
    ...(api_target && { target: publicUrl("api_target", `https://${api_target.value}`).hostname }),
    services: by(services.value, ({ url }, id) => publicUrl(`services.${id}.url`, url).origin),
    issuers: by(issuers.value, ({ issuer }) => issuer),
    clients: by(clients.value, ({ client_id }) => client_id),
  };
}

/** Tokens are sent to these addresses, so only https, host names and the default port are allowed. */
function publicUrl(output: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && `${url.origin}${url.pathname}` === url.href && url.port === "";
  if (plain && url.protocol === "https:" && url.hostname.includes(".") && isIP(url.hostname) === 0) return url;
  throw projectError(`output ${output}: got ${text}, expected the https address of a host`);
}

/** Values of the variables that the policy names: issuer URLs and client ids. */
export function variablesOf(policy: AuthorizerPolicy, deployed: DeployedValues): Record<string, string> {
  const pairs = policy.issuers.flatMap((issuer) =>
    issuer.kind === "cognito"
      ? [
          [issuer.issuerFrom, deployed.issuers[issuer.id]],
          ...issuer.clients.map(({ id, clientIdFrom }) => [clientIdFrom, deployed.clients[id]]),
        ]
      : [],
  );
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}
