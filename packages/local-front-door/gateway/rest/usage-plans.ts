import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import { TokenBucket } from "../shared/token-bucket";
import type { RestApi } from "./api";
import type { RestStage } from "./deployed-stage";
import type { ResponseType } from "./gateway-responses";

const PLAN: AttributeUse = {
  read: ["api_stages", "quota_settings", "throttle_settings"],
  immaterial: {
    name: "a name for people",
  },
};
const KEY: AttributeUse = {
  read: ["enabled", "value"],
  immaterial: {
    name: "a name for people",
  },
};
const MEMBER: AttributeUse = { read: ["key_id", "key_type", "usage_plan_id"] };
const STAGES: AttributeUse = { read: ["api_id", "stage"] };
const QUOTA: AttributeUse = { read: ["limit", "period"] };
const THROTTLE: AttributeUse = { read: ["burst_limit", "rate_limit"] };

/** A key's own share of its plan: every key gets the plan's full limits. */
interface Usage {
  readonly plan: Resource;
  readonly bucket?: TokenBucket;
  readonly quota?: Quota;
}

/** The limit that refuses a call, and its declaration. */
export interface UsageRefusal {
  readonly type: ResponseType;
  readonly reason: string;
  readonly address?: string;
}

/**
 * The stage's usage plans: which API key may call how often.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class UsagePlans {
  /** By the key's value. */
  private readonly usages = new Map<string, Usage>();
  /** Whether any plan has a limit. */
  readonly areDeclared: boolean;

  constructor(
    stack: Stack,
    api: RestApi,
    stage: RestStage,
    private readonly now: () => number,
  ) {
    const plans = stack.declared("aws_api_gateway_usage_plan", PLAN);
    const keys = stack.declared("aws_api_gateway_api_key", KEY);
    const byId = (resources: readonly Resource[], member: Resource, attribute: string) => {
      const id = stack.text(member, attribute);
      const found = resources.find((each) => stack.text(each, "id") === id);
      if (found === undefined)
        throw new StackError(`${member.address}.${attribute}`, `no usage plan or key has the id ${id}`);
      return found;
    };
    for (const member of stack.declared("aws_api_gateway_usage_plan_key", MEMBER)) {
      if (stack.text(member, "key_type") !== "API_KEY") {
        throw new StackError(`${member.address}.key_type`, "expected API_KEY");
      }
      const plan = byId(plans, member, "usage_plan_id");
      const key = byId(keys, member, "key_id");
      const value = keyValue(stack, key);
      const isHere = stack
        .blocks(plan, "api_stages", STAGES)
        .some(({ body }) => body.api_id === api.id && body.stage === stage.name);
      if (stack.value(key, "enabled") === false || !isHere) continue;
      if (this.usages.has(value)) {
        throw new StackError(`${member.address}.key_id`, "API Gateway refuses a key in two plans of one stage");
      }
      this.usages.set(value, this.usageOf(stack, plan));
    }
    this.areDeclared = [...this.usages.values()].some(
      ({ bucket, quota }) => bucket !== undefined || quota !== undefined,
    );
  }

  /** A plan's throttle is checked before its quota. @param limited false skips both, a deviation */
  refusal(key: string | undefined, limited = true): UsageRefusal | undefined {
    const usage = key === undefined ? undefined : this.usages.get(key);
    if (usage === undefined) {
      const reason = key === undefined ? "no API key, although the method requires one" : "the API key is in no plan";
      return { type: "INVALID_API_KEY", reason };
    }
    const { plan, bucket, quota } = usage;
    if (!limited) return undefined;
    if (bucket !== undefined && !bucket.take()) {
      return {
        type: "THROTTLED",
        reason: "too many requests from this client",
        address: `${plan.address}.throttle_settings`,
      };
    }
    if (quota !== undefined && !quota.take(this.now())) {
      return {
        type: "QUOTA_EXCEEDED",
        reason: "the client's quota is used up",
        address: `${plan.address}.quota_settings`,
      };
    }
    return undefined;
  }

  private usageOf(stack: Stack, plan: Resource): Usage {
    const [throttle] = stack.blocks(plan, "throttle_settings", THROTTLE);
    const [quota] = stack.blocks(plan, "quota_settings", QUOTA);
    const number = (block: typeof throttle, attribute: string): number => {
      const value = block?.body[attribute] ?? 0;
      if (typeof value === "number" && value >= 0) return value;
      throw new StackError(`${block?.address}.${attribute}`, `got ${value}, expected a number`);
    };
    return {
      plan,
      ...(throttle && {
        bucket: new TokenBucket(
          { ratePerSecond: number(throttle, "rate_limit"), burst: number(throttle, "burst_limit") },
          this.now,
        ),
      }),
      ...(quota && { quota: new Quota(number(quota, "limit"), quota.body.period, quota.address) }),
    };
  }
}

function keyValue(stack: Stack, key: Resource): string {
  const value = stack.text(key, "value");
  if (value.length >= 20 && value.length <= 128) return value;
  throw new StackError(
    `${key.address}.value`,
    `has ${value.length} characters, expected 20 to 128 (API Gateway's limit)`,
  );
}

const DAY_MILLISECONDS = 24 * 3600 * 1000;

/**
 * The start of the period that contains a moment, as a number that is unique to the period. All in UTC; weeks begin on
 * Sunday.
 */
const PERIODS: Readonly<Record<string, (now: number) => number>> = {
  DAY: (now) => Math.floor(now / DAY_MILLISECONDS),
  // The first of January 1970 was a Thursday.
  WEEK: (now) => Math.floor((Math.floor(now / DAY_MILLISECONDS) + 4) / 7),
  MONTH: (now) => new Date(now).getUTCFullYear() * 12 + new Date(now).getUTCMonth(),
};

/** A limit of calls per day, week or month. */
export class Quota {
  private readonly periodOf: (now: number) => number;
  private period = -1;
  private used = 0;

  constructor(
    private readonly limit: number,
    period: unknown,
    address: string,
  ) {
    const known = PERIODS[String(period)];
    if (known === undefined) throw new StackError(`${address}.period`, `got ${period}, expected DAY, WEEK or MONTH`);
    this.periodOf = known;
  }

  /** @param now milliseconds since the epoch */
  take(now: number): boolean {
    const period = this.periodOf(now);
    if (period !== this.period) {
      this.period = period;
      this.used = 0;
    }
    if (this.used >= this.limit) return false;
    this.used += 1;
    return true;
  }
}
