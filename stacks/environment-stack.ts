import { Construct } from "constructs";
import type { Client, CognitoIssuer, Intent, Issuer, MachineClient, Service, UserClient } from "../intent/intent";
import { assumedRoleArn, attributeCondition, FEDERATION_VARIABLE, roleArn } from "../intent/names";
import { AddressedStack } from "./addressed-stack";
import { authorizerPolicy } from "./authorizer-policy";
import { AuthorizerFunctions } from "./aws/authorizer-functions";
import { Gateway } from "./aws/gateway";
import { Identity } from "./aws/identity";
import { InvokerRole } from "./aws/invoker-role";
import { declareBackend } from "./backend";
import { PrivateServices } from "./google/private-services";
import { declareImports } from "./imports";
import { literal } from "./literal";
import { declareMoves } from "./moves";
import { declareOutputs } from "./outputs";
import { enforcePolicies } from "./policy/policies";
import { declareProviders } from "./providers";

export interface EnvironmentStackProps {
  readonly intent: Intent;
  /** Folder with the bundled functions, made by the build. */
  readonly buildFolder: string;
}

/** One environment in both clouds. What one cloud hands the other passes through here, as a small typed value. */
export class EnvironmentStack extends AddressedStack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id);
    // Write-only arguments came with Terraform 1.11.
    this.addOverride("terraform.required_version", ">= 1.11.0");
    const intent = literal(props.intent);
    const { prefix, services, protect } = intent;
    const logRetentionDays = intent.logs.retentionDays;
    const assumedRoleOf = (service: Service) => assumedRoleArn(intent.aws.account, service.name);

    declareBackend(this, intent.state);
    declareProviders(this, intent);
    const google = new PrivateServices(this, "PrivateServices", {
      google: intent.google,
      federation: intent.federation,
      awsAccount: intent.aws.account,
      attributeCondition: attributeCondition(services.map(assumedRoleOf)),
      assumedRoleOf,
      services,
      protect,
    });
    const identity = new Identity(this, "Identity", {
      ...intent,
      issuers: intent.issuers.filter(isCognito),
      clients: intent.clients.filter(isAppClient),
    });
    // Read by the function and not by Terraform, so with the config's texts as they are.
    const policy = authorizerPolicy(props.intent);
    const functions = new AuthorizerFunctions(this, "AuthorizerFunctions", {
      prefix,
      environment: intent.environment,
      buildFolder: props.buildFolder,
      policy,
      services,
      invokerRoleArn: (service) => roleArn(intent.aws.account, service.name),
      federation: { [FEDERATION_VARIABLE]: google.federationProvider },
      issuers: identity.variables,
      settings: intent.gateway.authorizer,
      logRetentionDays,
    });
    const invokerRoles = new Construct(this, "InvokerRoles");
    const gateway = new Gateway(this, "Gateway", {
      prefix,
      settings: intent.gateway,
      callers: functions.callers.resource,
      public: functions.public.resource,
      policyFingerprint: functions.fingerprint,
      services: services.map((service) => ({
        service,
        endpoint: google.endpointOf(service),
        after: new InvokerRole(invokerRoles, service.key, {
          name: service.name,
          assumedBy: functions.rolesFor(service),
        }).ready,
      })),
      logRetentionDays,
    });
    declareMoves(this, intent, this.addresses);
    declareImports(this, intent.imports, this.addresses);
    enforcePolicies(this, intent, policy);
    declareOutputs(this, {
      apiUrl: gateway.url,
      issuers: { ...identity.issuers, ...externalIssuers(intent.issuers) },
      clients: identity.clients,
      services: Object.fromEntries(
        services.map((service) => [service.id, { url: google.endpointOf(service).url, audience: service.audience }]),
      ),
    });
  }
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
