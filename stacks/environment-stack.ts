import type { Construct } from "constructs";
import { type EnvoyContainer, envoyContainer } from "../contract/envoy/container";
import { POLICY_FILE } from "../contract/policy-file";
import type { Client, MachineClient, UserClient } from "../intent/model/client-intent";
import type { CognitoIssuer, Intent, Issuer } from "../intent/model/intent";
import { serviceAccountEmail } from "../intent/model/names";
import { AddressedStack } from "./addressed-stack";
import { authorizerPolicy, policySource } from "./authorizer-policy";
import { declareAuditors } from "./aws/auditors/auditors";
import { AuthorizerFunctions } from "./aws/authorizer-functions";
import { Domain } from "./aws/domain";
import { HttpGateway } from "./aws/http-gateway";
import { Identity } from "./aws/identity/identity";
import { RestGateway } from "./aws/rest/rest-gateway";
import { envoyPolicy } from "./envoy-policy";
import { PrivateServices } from "./google/private-services";
import { declareImports } from "./imports";
import { jwtIssuers } from "./jwt-issuers";
import { declareMonitoring } from "./monitoring";
import { declareMoves } from "./moves";
import { declareOutputs } from "./outputs";
import { enforcePolicies } from "./policy/policies";
import { comesFrom, type Source, type Sources } from "./shared/comes-from";
import { literal } from "./shared/literal";
import { declareBackend, declareProviders } from "./terraform-settings";

export interface EnvironmentStackProps {
  readonly intent: Intent;
  /** Folder with the bundled functions, created by the build. */
  readonly buildFolder: string;
}

/** Properties of a service that your own resources may need. */
export interface ServiceParts {
  /** `https://….run.app`, known after apply. Only the gateway may call it. */
  readonly url: string;
  /** E-mail address of the Google service account that the service runs as. */
  readonly runtimeAccount: string;
  /** Numeric id of that account, known after apply: the `sub` of its tokens. It is never reassigned. */
  readonly runtimeAccountId: string;
  /** Name of the Cloud Run service. */
  readonly name: string;
}

/**
 * One environment in both clouds. Values that one cloud passes to the other go through this class, as small typed
 * values.
 */
export class EnvironmentStack extends AddressedStack {
  /** Id of the environment: `dev`. */
  readonly environment: string;
  /** Prefix of every resource name: `shop-dev`. */
  readonly prefix: string;
  /** Services by id. */
  readonly services: Readonly<Record<string, ServiceParts>>;
  /** Names of the CloudWatch log groups of the access logs: one. */
  readonly accessLogs: readonly string[];

  private readonly policySource: Source;

  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id);
    this.policySource = policySource(props.intent);
    // Write-only arguments need Terraform 1.11.
    this.addOverride("terraform.required_version", ">= 1.11.0");
    const intent = literal(props.intent);
    const { prefix, services } = intent;
    this.environment = intent.environment;
    this.prefix = prefix;
    // Settings that every part of the environment shares.
    comesFrom(this, [], {
      deletion_protection: ["protect"],
      force_destroy: ["protect"],
      "lifecycle.prevent_destroy": ["protect"],
      recovery_window_in_days: ["recoveryDays"],
      retention_days: ["logs", "retentionDays"],
      retention_in_days: ["logs", "retentionDays"],
      tags: ["tags"],
    });

    declareBackend(this, intent.state);
    declareProviders(this, intent);
    const identity = new Identity(this, "Identity", {
      ...intent,
      buildFolder: props.buildFolder,
      issuers: intent.issuers.filter(isCognito),
      clients: intent.clients.filter(isAppClient),
    });
    const envoys = envoysOf(props.intent);
    const google = new PrivateServices(this, "PrivateServices", intent, ({ name }) => envoys.get(name));
    // Read by the function, not by Terraform, so the config's texts are not escaped.
    const policy = authorizerPolicy(props.intent);
    const federated =
      google.federationProvider === undefined
        ? undefined
        : new AuthorizerFunctions(this, "AuthorizerFunctions", {
            intent,
            buildFolder: props.buildFolder,
            policy,
            provider: google.federationProvider,
            issuers: identity.variables,
          });
    const behind = services.map((service) => ({
      service,
      endpoint: google.endpointOf(service),
      after: federated?.readyFor(service) ?? [],
    }));
    const gateway =
      intent.gateway.kind === "rest"
        ? new RestGateway(this, "RestGateway", { intent, services: behind, ...restHandshake(federated) })
        : new HttpGateway(this, "Gateway", {
            intent,
            services: behind,
            handshake: federated?.handshake ?? {
              kind: "shared-issuer",
              issuers: jwtIssuers(intent, identity.variables),
            },
          });
    if (federated && gateway instanceof HttpGateway) {
      for (const { service, after } of behind) google.checkAfter(service, [...gateway.ready, ...after]);
    }
    const { accessLog } = gateway.watched;
    this.accessLogs = [accessLog.group.name];
    this.services = Object.fromEntries(
      services.map((service) => {
        const runtimeAccount = serviceAccountEmail(service.runtimeName, intent.google.project);
        const { url, runtimeAccountId } = google.endpointOf(service);
        return [service.id, { name: service.name, url, runtimeAccount, runtimeAccountId }];
      }),
    );
    const awsAuditors = intent.auditors?.awsRoles ?? [];
    const role_arn =
      awsAuditors.length > 0 &&
      declareAuditors(this, {
        prefix,
        assumedBy: awsAuditors,
        accessLog,
        decisionLogs: federated?.logs ?? [],
        otherLogs: [
          ...("firewallLog" in gateway && gateway.firewallLog ? [gateway.firewallLog] : []),
          ...identity.logs,
        ],
      });
    declareMonitoring(this, {
      intent,
      gateway: gateway.watched,
      functions: federated?.watched ?? [],
      objectivesOf: (service) => google.objectivesOf(service),
      after: google.after,
    });
    const { mutualTls } = intent.gateway;
    const domain =
      intent.gateway.domain &&
      new Domain(this, "Domain", {
        domain: intent.gateway.domain,
        api: gateway.mapped,
        ...(mutualTls && { mutualTls }),
      });
    declareMoves(this, intent, this.addresses);
    declareImports(this, intent.imports, this.addresses);
    enforcePolicies(this, intent, policy, envoys);
    declareOutputs(this, {
      api_url: domain && intent.gateway.domain?.step === "live" ? domain.url : gateway.url,
      ...(domain && domain.records.length > 0 && { dns_records: domain.records }),
      ...(mutualTls && { truststore: mutualTls.certificates }),
      ...(intent.auditors && {
        auditors: {
          ...(role_arn && { role_arn }),
          ...(google.auditedView && { log_view: google.auditedView }),
        },
      }),
      issuers: { ...identity.issuers, ...externalIssuers(intent.issuers) },
      clients: identity.clients,
      services: Object.fromEntries(
        services.map((service) => [
          service.id,
          { url: google.endpointOf(service).url, ...(federated && { audience: service.audience }) },
        ]),
      ),
    });
  }

  /** Where each resource comes from, and the parts of the authorizer's policy. */
  override get sources(): Sources {
    return new Map([...super.sources, [POLICY_FILE, this.policySource]]);
  }
}

/** The Envoy in front of each app, by name of the Cloud Run service. */
function envoysOf(intent: Intent): ReadonlyMap<string, EnvoyContainer> {
  const policy = envoyPolicy(intent);
  const found = intent.services.map(({ name }) => [name, policy && envoyContainer(policy, name)] as const);
  return new Map(found.flatMap(([name, envoy]) => (envoy === undefined ? [] : [[name, envoy]])));
}

function restHandshake(federated: AuthorizerFunctions | undefined) {
  if (federated === undefined) throw new Error("a REST API has no JWT authorizer");
  return federated.handshake;
}

function isCognito(issuer: Issuer): issuer is CognitoIssuer {
  return issuer.kind === "cognito";
}

function isAppClient(client: Client): client is UserClient | MachineClient {
  return client.grant !== "external";
}

function externalIssuers(issuers: readonly Issuer[]): Record<string, { issuer: string }> {
  return Object.fromEntries(
    issuers.flatMap((each) => (each.kind === "oidc" ? [[each.id, { issuer: each.issuer }]] : [])),
  );
}
