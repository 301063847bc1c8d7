import { FROM_ANNOTATION } from "../../../contract/rollout";
import type { Resource } from "../terraform/document";
import type { Stack } from "../terraform/stack";

const TRAFFIC = { read: ["type", "percent", "revision"], immaterial: {} } as const;

interface Share {
  readonly revision: string;
  readonly percent: number;
  /** Its share of the calls so far that it has not received yet, in hundredths of a call. */
  owed: number;
}

/**
 * Chooses the revision for the next call of a service: each gets its share of every hundred calls, evenly spread. Cloud
 * Run chooses at random.
 */
export class Revisions {
  private readonly shares: readonly Share[];

  /** Reports traffic to any revision that the stack does not describe. */
  constructor(stack: Stack, service: Resource) {
    const blocks = stack.blocks(service, "traffic", TRAFFIC);
    const from = (stack.value(service, "annotations") as Readonly<Record<string, unknown>> | undefined)?.[
      FROM_ANNOTATION
    ];
    const shares = blocks.map(({ body }) => ({
      revision: String(body.revision),
      percent: Number(body.percent),
      owed: 0,
    }));
    const whole = shares.reduce((sum, { percent }) => sum + percent, 0) === 100;
    for (const { address, body } of blocks) {
      if (body.type === "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" && body.percent === 100) continue;
      const isOfRollout = body.type === "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" && blocks.length <= 2;
      if (isOfRollout && whole && typeof from === "string") continue;
      stack.fault(address, "the stand-in knows only traffic to the latest revision, and a rollout's two revisions");
    }
    this.shares = blocks.some(({ body }) => body.revision !== undefined) ? shares : [];
  }

  /** Names of the revisions between which calls are divided; none if the latest one gets all. */
  get names(): readonly string[] {
    return this.shares.map(({ revision }) => revision);
  }

  /** Undefined if the latest revision gets all calls. */
  next(): string | undefined {
    if (this.shares.length === 0) return undefined;
    for (const share of this.shares) share.owed += share.percent;
    const chosen = this.shares.reduce((most, share) => (share.owed > most.owed ? share : most));
    chosen.owed -= 100;
    return chosen.revision;
  }
}
