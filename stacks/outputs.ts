import { TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import type { DnsRecord } from "./aws/domain";

/** Values that a person needs after an apply. One that is undefined has no output. */
export interface OutputValues {
  readonly api_url: string;
  readonly dns_records?: readonly DnsRecord[];
  readonly truststore?: readonly { readonly subject: string; readonly expires: string }[];
  readonly auditors?: { readonly role_arn?: string; readonly log_view?: string };
  readonly issuers: Readonly<Record<string, { readonly issuer: string; readonly token_endpoint?: string }>>;
  readonly clients: Readonly<Record<string, { readonly client_id: string; readonly secret_arn?: string }>>;
  readonly services: Readonly<Record<string, { readonly url: string; readonly audience?: string }>>;
}

const DESCRIPTIONS: Readonly<Record<keyof OutputValues, string>> = {
  api_url: "Base URL of the API",
  dns_records: "Records to make in your DNS, and to keep there; gateway.domain.records says which ones it has",
  truststore: "Authorities whose clients may connect, and the last day of each, in UTC",
  auditors: "Role that auditors assume in AWS, and log view that they read in Google Cloud",
  issuers: "Who signs callers' tokens, and where a client gets one",
  clients: "App client ids, and the secrets that hold what a program needs",
  services: "Cloud Run services: private, so a call without the audience's identity token is refused",
};
const BEHIND_ENVOY = "Cloud Run services: Envoy in each refuses a call without a valid caller's token";

export function declareOutputs(scope: Construct, values: OutputValues): void {
  const outputs = new Construct(scope, "Outputs");
  const isPrivate = Object.values(values.services).some(({ audience }) => audience !== undefined);
  const descriptions = isPrivate ? DESCRIPTIONS : { ...DESCRIPTIONS, services: BEHIND_ENVOY };
  for (const [name, description] of Object.entries(descriptions)) {
    const value = values[name as keyof OutputValues];
    if (value !== undefined) new TerraformOutput(outputs, name, { value, description });
  }
}
