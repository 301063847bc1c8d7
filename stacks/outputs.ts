import { TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import type { DnsRecord } from "./aws/domain";

/** Values that a person needs after an apply. */
export interface OutputValues {
  readonly apiUrl: string;
  /** URL of the API of the other kind, while both exist. */
  readonly alsoServedUrl?: string;
  /** Records to create in a DNS outside Route 53. */
  readonly dnsRecords?: readonly DnsRecord[];
  /** The authorities whose clients may connect. */
  readonly truststore?: readonly { readonly subject: string; readonly expires: string }[];
  /** Role and log view of the auditors. */
  readonly auditors?: { readonly role_arn?: string; readonly log_view?: string };
  /** Issuer URLs and token endpoints, by issuer. */
  readonly issuers: Readonly<Record<string, { readonly issuer: string; readonly token_endpoint?: string }>>;
  /** Client ids and secret ARNs, by client. */
  readonly clients: Readonly<Record<string, { readonly client_id: string; readonly secret_arn?: string }>>;
  /** URLs and audiences, by service. */
  readonly services: Readonly<Record<string, { readonly url: string; readonly audience?: string }>>;
}

export function declareOutputs(scope: Construct, values: OutputValues): void {
  const outputs = new Construct(scope, "Outputs");
  new TerraformOutput(outputs, "api_url", { value: values.apiUrl, description: "Where callers call" });
  if (values.alsoServedUrl !== undefined) {
    new TerraformOutput(outputs, "beside_url", {
      value: values.alsoServedUrl,
      description: "The other kind of API, where callers may call as well",
    });
  }
  if (values.dnsRecords !== undefined) {
    new TerraformOutput(outputs, "dns_records", {
      value: values.dnsRecords,
      description: "Records to make in your DNS, and to keep there; gateway.domain.records says which ones it has",
    });
  }
  if (values.truststore !== undefined) {
    new TerraformOutput(outputs, "truststore", {
      value: values.truststore,
      description: "Authorities whose clients may connect, and the last day of each, in UTC",
    });
  }
  if (values.auditors !== undefined) {
    new TerraformOutput(outputs, "auditors", {
      value: values.auditors,
      description: "What auditors become in AWS, and the view that they read in Google",
    });
  }
  new TerraformOutput(outputs, "issuers", {
    value: values.issuers,
    description: "Who signs callers' tokens, and where a client gets one",
  });
  new TerraformOutput(outputs, "clients", {
    value: values.clients,
    description: "App client ids, and the secrets that hold what a program needs",
  });
  new TerraformOutput(outputs, "services", {
    value: values.services,
    description: Object.values(values.services).some(({ audience }) => audience !== undefined)
      ? "Cloud Run services: private, so a call without the audience's identity token is refused"
      : "Cloud Run services: Envoy in each refuses a call without a valid caller's token",
  });
}
