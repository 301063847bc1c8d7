import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Annotations, TerraformOutput, type TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { type EnvoyContainer, envoyContainer } from "../contract/envoy/container";
import { POLICY_FILE } from "../contract/policy-file";
import type { Client, MachineClient, UserClient } from "../intent/model/client-intent";
import type { CognitoIssuer, Import, Intent, Issuer, Service } from "../intent/model/intent";
import {
  clientVariable,
  cognitoTokenEndpoint,
  issuerVariable,
  regionOf,
  serviceAccountEmail,
  userPoolIssuer,
} from "../intent/model/names";
import { suggestion } from "../intent/model/nearest";
import { formatProblem } from "../intent/model/problem";
import { AddressedStack } from "./addressed-stack";
import { authorizerPolicy, policySource } from "./authorizer-policy";
import { declareAuditors } from "./aws/auditors/auditors";
import { AuthorizerFunctions } from "./aws/authorizer-functions";
import { type DnsRecord, Domain } from "./aws/domain";
import { HttpGateway } from "./aws/http-gateway";
import { Identity } from "./aws/identity/identity";
import type { JwtIssuer } from "./aws/jwt-authorizers";
import { RestGateway } from "./aws/rest/rest-gateway";
import { envoyPolicy } from "./envoy-policy";
import { PrivateServices } from "./google/private-services";
import { declareMonitoring } from "./monitoring";
import { enforcePolicies } from "./policy/policies";
import { type Addresses, resourcesIn } from "./shared/addresses";
import { comesFrom } from "./shared/comes-from";
import { literal } from "./shared/literal";
import type { RunEndpoint } from "./shared/run-endpoint";
import type { ConfigKey, Source, Sources } from "./shared/sources";
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
  /** E-mail address of the Google service account that the service runs as. Throws for an existing service. */
  readonly runtimeAccount: string;
  /**
   * Numeric id of that account, known after apply: the `sub` of its tokens. It is never reassigned. Throws
   * for an existing service.
   */
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
    const shared = sharedIdentity(intent);
    // Settings that every part of the environment shares.
    comesFrom(this, [], {
      deletion_protection: ["protect"],
      force_destroy: ["protect"],
      "lifecycle.prevent_destroy": ["protect"],
      recovery_window_in_days: ["recoveryDays"],
      retention_days: ["logs", "retentionDays"],
      retention_in_days: ["logs", "retentionDays"],
      tags: ["tags"],
      ...shared.keys,
    });

    declareBackend(this, intent.state);
    declareProviders(this, intent);
    const identity = new Identity(this, "Identity", {
      ...intent,
      buildFolder: props.buildFolder,
      issuers: intent.issuers.filter(isCognito).filter(({ pool }) => pool === undefined),
      clients: intent.clients.filter(isAppClient),
    });
    const variables = { ...identity.variables, ...shared.variables };
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
            issuers: variables,
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
              issuers: jwtIssuers(intent, variables),
            },
          });
    if (federated && gateway instanceof HttpGateway) {
      for (const { service, after } of behind) google.checkAfter(service, [...gateway.ready, ...after]);
    }
    const { accessLog } = gateway.watched;
    this.accessLogs = [accessLog.group.name];
    this.services = Object.fromEntries(
      services.map((service) => [service.id, partsOf(service, google.endpointOf(service), intent)]),
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
    setBoundary(this, intent.aws);
    declareMoves(this, intent, this.addresses);
    declareImports(this, intent.imports, this.addresses);
    enforcePolicies(this, intent, policy, envoys);
    const named = intent.gateway.domain?.step === "live" ? domain : undefined;
    declareOutputs(this, {
      api_url: named?.url ?? gateway.url,
      ...(named?.target !== undefined && { api_target: named.target }),
      ...(domain && domain.records.length > 0 && { dns_records: domain.records }),
      ...(mutualTls && { truststore: mutualTls.certificates }),
      ...(intent.auditors && {
        auditors: {
          ...(role_arn && { role_arn }),
          ...(google.auditedView && { log_view: google.auditedView }),
        },
      }),
      issuers: { ...identity.issuers, ...shared.issuers, ...externalIssuers(intent.issuers) },
      clients: { ...identity.clients, ...shared.clients },
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

/** Gives each role the boundary, if there is one, and if the role has no other. */
export function setBoundary(stack: TerraformStack, { boundaryArn }: Intent["aws"]): void {
  if (boundaryArn === undefined) return;
  for (const each of stack.node.findAll())
    if (each instanceof IamRole) each.permissionsBoundary = each.permissionsBoundaryInput ?? boundaryArn;
}

function partsOf(service: Service, { url, runtimeAccountId }: RunEndpoint, { google }: Intent): ServiceParts {
  const { existing, id, name, runtimeName } = service;
  if (existing === undefined && runtimeAccountId !== undefined) {
    return { name, url, runtimeAccount: serviceAccountEmail(runtimeName, google.project), runtimeAccountId };
  }
  const unknown = (part: string): never => {
    throw new Error(
      `services.${id}.${part}: the service is an existing one, so its owner chooses the account it runs as`,
    );
  };
  return {
    name: existing?.name ?? name,
    url,
    get runtimeAccount() {
      return unknown("runtimeAccount");
    },
    get runtimeAccountId() {
      return unknown("runtimeAccountId");
    },
  };
}

/** The Envoy in front of each app, by name of the Cloud Run service. */
function envoysOf(intent: Intent): ReadonlyMap<string, EnvoyContainer> {
  const policy = envoyPolicy(intent);
  const found = intent.services.map(({ name }) => [name, policy && envoyContainer(policy, name)] as const);
  return new Map(found.flatMap(([name, envoy]) => (envoy === undefined ? [] : [[name, envoy]])));
}

function restHandshake(federated: AuthorizerFunctions | undefined) {
  if (federated === undefined) throw new Error("no handshake but federated has a REST API");
  return federated.handshake;
}

function isCognito(issuer: Issuer): issuer is CognitoIssuer {
  return issuer.kind === "cognito";
}

function isAppClient(client: Client): client is UserClient | MachineClient {
  return client.grant !== "external";
}

/** What a twin knows of its primary's user pools, from config: the outputs, and the variables of the function with their keys. */
function sharedIdentity({ issuers, clients }: Intent) {
  const pools = issuers.filter(isCognito).flatMap(({ id, domainPrefix, pool }) => {
    if (pool === undefined) return [];
    const token_endpoint = cognitoTokenEndpoint(domainPrefix, regionOf(pool));
    return [[id, { issuer: userPoolIssuer(pool), token_endpoint }] as const];
  });
  const apps = clients.filter(isAppClient).flatMap(({ appClientId, ...client }) => {
    return appClientId === undefined ? [] : [{ ...client, appClientId }];
  });
  const variables: Readonly<Record<string, string>> = Object.fromEntries([
    ...pools.map(([id, { issuer }]) => [issuerVariable(id), issuer]),
    ...apps.map(({ id, appClientId }) => [clientVariable(id), appClientId]),
  ]);
  const keys: Readonly<Record<string, ConfigKey>> = Object.fromEntries([
    ...pools.map(([id]) => [`environment.variables.${issuerVariable(id)}`, ["issuers", id, "pool"]]),
    ...apps.map(({ id, key }) => [`environment.variables.${clientVariable(id)}`, ["clients", key, "appClientId"]]),
  ]);
  const outputs = Object.fromEntries(apps.map(({ id, appClientId }) => [id, { client_id: appClientId }]));
  return { issuers: Object.fromEntries(pools), clients: outputs, variables, keys };
}

function externalIssuers(issuers: readonly Issuer[]): Record<string, { issuer: string }> {
  return Object.fromEntries(
    issuers.flatMap((each) => (each.kind === "oidc" ? [[each.id, { issuer: each.issuer }]] : [])),
  );
}

/**
 * Declares Terraform imports of existing resources. An address that is not in the stack is an error: it would import
 * nothing.
 */
function declareImports(stack: TerraformStack, imports: readonly Import[], addresses: Addresses): void {
  const declared = resourcesIn(stack, addresses).map(({ address }) => address);
  for (const { address, place } of imports.filter((each) => !declared.includes(each.address))) {
    const alike = declared.filter((each) => each.startsWith(`${address.split(".")[0]}.`));
    const message = `got ${address}, expected the address of a resource that this environment declares`;
    const remedy = `correct or remove it; ${alike.length > 0 ? suggestion(address, alike) : "it declares no resource of this type"}`;
    Annotations.of(stack).addError(formatProblem({ ...place, message, remedy }));
  }
  if (imports.length > 0)
    stack.addOverride(
      "import",
      imports.map(({ address, id }) => ({ to: address, id })),
    );
}

/** An audience that is not the id of any app client. Without any audience, API Gateway might not check it. */
const NO_CLIENT = "nobody"; // words: deployed environments have it.

/**
 * The issuers whose tokens API Gateway itself verifies, with the accepted audiences. For a user pool these are its
 * clients' ids.
 *
 * @param variables issuer URLs and app client ids of user pools, by variable
 */
function jwtIssuers(
  { issuers, clients }: Pick<Intent, "issuers" | "clients">,
  variables: Readonly<Record<string, string>>,
): readonly JwtIssuer[] {
  return issuers.flatMap((issuer): JwtIssuer[] => {
    const { id } = issuer;
    if (issuer.kind === "cognito") {
      const own = clients.filter((client) => client.issuer === id && !client.disabled);
      return [
        {
          id,
          url: variables[issuerVariable(id)] as string,
          audiences:
            own.length === 0 ? [NO_CLIENT] : own.map((client) => variables[clientVariable(client.id)] as string),
          clientClaim: "client_id",
          scopeClaim: "scope",
        },
      ];
    }
    if (issuer.kind === "aws-iam" || issuer.grants === "subjects") return [];
    const { issuer: url, audiences, clientClaim } = issuer;
    const [scopeClaim = ""] = [issuer.scopeClaim].flat();
    return [{ id, url, audiences, clientClaim, scopeClaim }];
  });
}

/** Values that a person needs after an apply. One that is undefined has no output. */
interface OutputValues {
  readonly api_url: string;
  readonly api_target?: string;
  readonly dns_records?: readonly DnsRecord[];
  readonly truststore?: readonly { readonly subject: string; readonly expires: string }[];
  readonly auditors?: { readonly role_arn?: string; readonly log_view?: string };
  readonly issuers: Readonly<Record<string, { readonly issuer: string; readonly token_endpoint?: string }>>;
  readonly clients: Readonly<Record<string, { readonly client_id: string; readonly secret_arn?: string }>>;
  readonly services: Readonly<Record<string, { readonly url: string; readonly audience?: string }>>;
}

const DESCRIPTIONS: Readonly<Record<keyof OutputValues, string>> = {
  api_url: "Base URL of the API",
  api_target: "Host at which this region has the API's domain, whichever region DNS answers with",
  dns_records: "Records to make in your DNS, and to keep there; gateway.domain.records says which ones it has",
  truststore: "Authorities whose clients may connect, and the last day of each, in UTC",
  auditors: "Role that auditors assume in AWS, and log view that they read in Google Cloud",
  issuers: "Who signs callers' tokens, and where a client gets one",
  clients: "App client ids, and the secrets that hold what a program needs",
  services: "Cloud Run services: private, so a call without the audience's identity token is refused",
};
const BEHIND_ENVOY = "Cloud Run services: Envoy in each refuses a call without a valid caller's token";

function declareOutputs(scope: Construct, values: OutputValues): void {
  const outputs = new Construct(scope, "Outputs");
  const isPrivate = Object.values(values.services).some(({ audience }) => audience !== undefined);
  const descriptions = isPrivate ? DESCRIPTIONS : { ...DESCRIPTIONS, services: BEHIND_ENVOY };
  for (const [name, description] of Object.entries(descriptions)) {
    const value = values[name as keyof OutputValues];
    if (value !== undefined) new TerraformOutput(outputs, name, { value, description });
  }
}

/** A word in the addresses of one resource type that a release renamed. */
export interface RenamedWord {
  readonly type: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Old words stay in this list: resources from an older release move to their new address with the first deploy of a
 * newer one.
 */
const RENAMED_WORDS: readonly RenamedWord[] = [];

/**
 * Constructs in which a word of a path is a client's id. Elsewhere, except in `Identity` and `Alarms`, it may be a
 * service's id.
 */
const CLIENTS = ["AppClients", "ClientRotations", "ClientSecrets"];
const NO_SERVICES = ["Alarms", "Identity"];

/**
 * Declares Terraform moves for renamed services, clients and routes, and for words that a release renamed. Existing
 * resources move to their new address instead of being destroyed and created again.
 */
export function declareMoves(
  stack: TerraformStack,
  { services, clients }: Pick<Intent, "clients" | "services">,
  addresses: Addresses,
  renamed: readonly RenamedWord[] = RENAMED_WORDS,
): void {
  const before = {
    services: new Map(services.map(({ key, id }) => [key, id])),
    routes: new Map(
      services
        .flatMap(({ routes }) => routes)
        .flatMap(({ address, previousAddress }) => (previousAddress === undefined ? [] : [[address, previousAddress]])),
    ),
    clients: new Map(clients.flatMap((client) => (client.grant === "external" ? [] : [[client.key, client.id]]))),
  };
  const idBefore = (word: string, structure: readonly string[]) => {
    if (structure.some((segment) => CLIENTS.includes(segment))) return before.clients.get(word) ?? word;
    if (structure.some((segment) => NO_SERVICES.includes(segment))) return word;
    return before.routes.get(word) ?? before.services.get(word) ?? word;
  };
  const resources = resourcesIn(stack, addresses);
  const declared = new Set(resources.map(({ address }) => address));
  const moves = resources.flatMap(({ resource, address }) => {
    const { terraformResourceType: type } = resource;
    const former = (word: string) => renamed.find((each) => each.type === type && each.to === word)?.from ?? word;
    const ofRelease = `${type}.${addresses.nameWith(resource, (...at) => former(idBefore(...at)))}`;
    const ofIds = `${type}.${addresses.nameWith(resource, idBefore)}`;
    // Two steps, because either rename may have been deployed first, and an address can have only one origin.
    return [...(declared.has(ofRelease) ? [] : [{ from: ofRelease, to: ofIds }]), { from: ofIds, to: address }].filter(
      ({ from, to }) => from !== to,
    );
  });
  if (moves.length > 0) stack.addOverride("moved", moves);
}
