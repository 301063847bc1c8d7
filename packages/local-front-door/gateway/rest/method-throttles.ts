import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import { expectValue } from "../../terraform/stack";
import { ACCOUNT_LIMITS, type RateLimits, TokenBucket } from "../shared/token-bucket";
import type { RestStage } from "./deployed-stage";
import type { MethodTable, RestMethod } from "./methods";

const SETTINGS: AttributeUse = { read: ["method_path", "rest_api_id", "settings", "stage_name"] };
const IMMATERIAL_LOGS = "execution logs go to CloudWatch; there is none here";
const LIMITS: AttributeUse = {
  read: ["caching_enabled", "throttling_burst_limit", "throttling_rate_limit"],
  immaterial: {
    data_trace_enabled: IMMATERIAL_LOGS,
    logging_level: IMMATERIAL_LOGS,
    metrics_enabled: "adds CloudWatch metrics; there is no CloudWatch here",
  },
};

interface DeclaredLimits extends RateLimits {
  readonly address: string;
}

/**
 * Token buckets, one for each method: from its own settings, or else from the settings of all methods.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class MethodThrottles {
  private readonly byMethod = new Map<RestMethod, { readonly bucket: TokenBucket; readonly address: string }>();
  /**
   * Whether the stack declares any. Otherwise the account's default limits apply, which a local user does not reach.
   */
  readonly areDeclared: boolean;

  constructor(stack: Stack, stage: RestStage, table: MethodTable, now: () => number) {
    const declared = new Map<string, DeclaredLimits>();
    const add = (resource: Resource) => {
      expectValue(stack, resource, "stage_name", stage.name);
      const path = stack.text(resource, "method_path");
      const known = path === "*/*" || table.all.some((method) => methodPath(method) === path);
      if (!known) throw new StackError(`${resource.address}.method_path`, `no method has the path ${path}`);
      if (declared.has(path)) throw new StackError(`${resource.address}.method_path`, `a second one of ${path}`);
      declared.set(path, limitsOf(stack, resource));
    };
    for (const each of stack.declared("aws_api_gateway_method_settings", SETTINGS)) stack.attempt(() => add(each));
    this.areDeclared = [...declared.values()].some(
      ({ ratePerSecond }) => ratePerSecond !== ACCOUNT_LIMITS.ratePerSecond,
    );
    for (const method of table.all) {
      const own = declared.get(methodPath(method)) ?? declared.get("*/*");
      const limits = own ?? { ...ACCOUNT_LIMITS, address: stage.resource.address };
      this.byMethod.set(method, { bucket: new TokenBucket(limits, now), address: limits.address });
    }
  }

  /** Returns the address of the declaration that refuses, if one does. */
  refusal(method: RestMethod): string | undefined {
    const throttle = this.byMethod.get(method);
    return throttle === undefined || throttle.bucket.take() ? undefined : throttle.address;
  }
}

/** `orders/{id}/GET`, as settings name a method, and `~1/GET` for the root. */
function methodPath({ resourcePath, httpMethod }: RestMethod): string {
  return `${resourcePath === "/" ? "~1" : resourcePath.slice(1)}/${httpMethod}`;
}

function limitsOf(stack: Stack, resource: Resource): DeclaredLimits {
  const [block] = stack.blocks(resource, "settings", LIMITS);
  const { caching_enabled: caches, throttling_rate_limit: rate, throttling_burst_limit: burst } = block?.body ?? {};
  if (caches === true)
    throw new StackError(`${block?.address}.caching_enabled`, "the stand-in does not cache responses");
  const limit = (value: unknown, attribute: string, account: number) => {
    // The provider's default is -1: only the account's limit applies.
    const number = value ?? -1;
    if (typeof number === "number" && (number >= 0 || number === -1)) return number === -1 ? account : number;
    throw new StackError(`${block?.address}.${attribute}`, `got ${number}, expected a number, or -1 for none`);
  };
  return {
    address: block?.address ?? resource.address,
    ratePerSecond: limit(rate, "throttling_rate_limit", ACCOUNT_LIMITS.ratePerSecond),
    burst: limit(burst, "throttling_burst_limit", ACCOUNT_LIMITS.burst),
  };
}
