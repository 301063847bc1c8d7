import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Block, Stack } from "../../terraform/stack";
import { ACCOUNT_LIMITS, TokenBucket } from "../shared/token-bucket";
import type { RouteTable } from "./route-table";

const LIMITS: AttributeUse = {
  read: ["throttling_burst_limit", "throttling_rate_limit"],
  immaterial: { detailed_metrics_enabled: "adds CloudWatch metrics; there is no CloudWatch here" },
};
const ROUTE_LIMITS: AttributeUse = { ...LIMITS, read: [...LIMITS.read, "route_key"] };

interface Throttle {
  readonly bucket: TokenBucket;
  readonly address: string;
}

/**
 * Token buckets: one for the stage, one for each route that declares its own.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export class Throttles {
  private readonly stage: Throttle;
  private readonly stageDeclares: boolean;
  private readonly routes = new Map<string, Throttle>();

  constructor(
    stack: Stack,
    stage: Resource,
    table: RouteTable,
    private readonly now: () => number,
  ) {
    const [settings] = stack.blocks(stage, "default_route_settings", LIMITS);
    this.stageDeclares = settings !== undefined;
    this.stage = settings
      ? this.declared(settings)
      : { bucket: new TokenBucket(ACCOUNT_LIMITS, now), address: stage.address };
    for (const block of stack.blocks(stage, "route_settings", ROUTE_LIMITS)) {
      const { route_key: key } = block.body;
      if (typeof key !== "string" || !table.has(key)) {
        throw new StackError(`${block.address}.route_key`, `no route has the key ${key}`);
      }
      this.routes.set(key, this.declared(block));
    }
  }

  /**
   * Whether the stack declares any. Otherwise the account's default limits apply, which a local user does not reach.
   */
  get areDeclared(): boolean {
    return this.stageDeclares || this.routes.size > 0;
  }

  /**
   * Returns the declaration that refuses, if one does. @param routeKey undefined for the gateway's own answer to a
   * preflight
   */
  refusal(routeKey: string | undefined): { readonly address: string; readonly shared: boolean } | undefined {
    const own = routeKey === undefined ? undefined : this.routes.get(routeKey);
    const { bucket, address } = own ?? this.stage;
    return bucket.take() ? undefined : { address, shared: own === undefined };
  }

  /** The provider turns a missing number into zero, which refuses every call. */
  private declared({ address, body }: Block): Throttle {
    const [rate, burst] = ["throttling_rate_limit", "throttling_burst_limit"].map((attribute) => {
      const value = body[attribute] ?? 0;
      if (typeof value !== "number" || value < 0) throw new StackError(`${address}.${attribute}`, `got ${value}`);
      return value;
    });
    return { bucket: new TokenBucket({ ratePerSecond: rate ?? 0, burst: burst ?? 0 }, this.now), address };
  }
}
