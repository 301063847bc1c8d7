import { restHeaders } from "../../contract/caller-headers";
import { restIdentitySources } from "../../contract/identity-sources";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import type { Service } from "../../intent/model/intent";
import type { Allowances } from "./allowances";
import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { keptAnswers } from "./kept-answers";
import { missingRoutes } from "./missing-routes";
import { type Finding, PolicyRule } from "./rule";

/**
 * Every method of a REST API has an authorizer whose identity sources hold exactly what its answer depends on. The kept
 * answer covers the whole API, and the function is not told what it is kept by, nor how long: what is wrong here, nothing
 * else notices.
 */
export class RestMethod extends PolicyRule {
  readonly id = "route-authorizer";

  /** @param policy what the authorizer decides by: it says which routes are public. */
  constructor(
    allowances: Allowances,
    private readonly policy: AuthorizerPolicy,
    private readonly services: readonly Pick<Service, "id" | "forwardsAuthorization">[],
  ) {
    super(allowances);
  }

  findings(stack: DeclaredStack): readonly Finding[] {
    const methods = stack.ofType("aws_api_gateway_method").map((method) => ({ method, key: keyOf(stack, method) }));
    const declared = methods.map(({ key }) => key);
    return [
      ...methods.flatMap(({ method, key }) => this.method(stack, method, key)),
      ...missingRoutes(this.policy, declared, "aws_api_gateway_rest_api.gateway"),
      ...keptAnswers(stack, "aws_api_gateway_authorizer", this.policy.cacheSeconds),
    ];
  }

  private method(stack: DeclaredStack, method: DeclaredResource, key: string): Finding[] {
    const { address, attributes } = method;
    const known = this.policy.routes[key];
    if (known === undefined) return isPreflight(stack, method) ? [] : [{ address, message: stranger(key) }];
    const authorizer = stack.referred(attributes.authorizer_id);
    if (attributes.authorization !== "CUSTOM" || authorizer?.attributes.type !== "REQUEST") {
      return [{ address, message: "has no Lambda authorizer of type REQUEST: set authorization CUSTOM and one" }];
    }
    const isPublic = known.access === "public";
    const expected = restIdentitySources({ isPublic });
    const found = String(authorizer.attributes.identity_source).split(",");
    const by = stack.referred(authorizer.attributes.authorizer_uri)?.name;
    const wanted = isPublic ? "public" : "callers";
    if (by === wanted && [...found].sort().join() === [...expected].sort().join()) {
      return this.headers(stack, method, key);
    }
    return [
      {
        address,
        message: `is decided by ${by} keyed by ${found.join(", ")}: expected ${wanted} keyed by ${expected.join(", ")}`,
      },
    ];
  }

  private headers(stack: DeclaredStack, { address }: DeclaredResource, key: string): Finding[] {
    const { service } = this.policy.routes[key] ?? {};
    const forwards = this.services.find(({ id }) => id === service)?.forwardsAuthorization === true;
    const expected = Object.entries({
      ...restHeaders(key),
      ...(forwards ? {} : { Authorization: "''" }),
    });
    const behind = integrationsOf(stack, address);
    if (behind.length !== 1) return [{ address, message: `has ${behind.length} integrations: expected one` }];
    return behind.flatMap((integration) => {
      const parameters = (integration.attributes.request_parameters ?? {}) as Record<string, unknown>;
      return expected
        .map(([name, value]) => ({ name, value, found: parameters[`integration.request.header.${name}`] }))
        .filter(({ value, found }) => found !== value)
        .map(({ name, value, found }) => ({
          address: integration.address,
          message: `sends ${name} as ${found ?? "the caller wrote it"}: expected ${value}`,
        }));
    });
  }
}

function stranger(key: string): string {
  return `the policy has no route ${key}: every call would be refused, or answered without a question`;
}

/** The gateway's own answer, which reaches no service: OPTIONS, and nothing but a MOCK behind it. */
function isPreflight(stack: DeclaredStack, { address, attributes }: DeclaredResource): boolean {
  const behind = integrationsOf(stack, address);
  const isMock = behind.length === 1 && behind[0]?.attributes.type === "MOCK";
  return attributes.http_method === "OPTIONS" && isMock;
}

/** What answers a method's calls. */
function integrationsOf(stack: DeclaredStack, method: string): readonly DeclaredResource[] {
  return stack.referring("aws_api_gateway_integration", "http_method", method);
}

/** `GET /orders/{id}`, from the method's resource up to the root. */
function keyOf(stack: DeclaredStack, { attributes }: DeclaredResource): string {
  const parts: string[] = [];
  let resource = stack.referred(attributes.resource_id);
  while (resource?.type === "aws_api_gateway_resource") {
    parts.unshift(String(resource.attributes.path_part));
    resource = stack.referred(resource.attributes.parent_id);
  }
  return `${attributes.http_method} /${parts.join("/")}`;
}
