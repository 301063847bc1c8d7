import type { Intent } from "../../intent/model/intent";
import type { Allowances } from "./allowances";
import type { Attributes, DeclaredStack } from "./declared-stack";
import { type Finding, PolicyRule } from "./rule";

/**
 * Every resource that takes tags bears those of the config. Both providers give their default tags to all of them, so
 * each provider must have these, and no resource may overwrite one.
 */
export class TagsEverywhere extends PolicyRule {
  readonly id = "tags-everywhere";

  constructor(
    allowances: Allowances,
    private readonly tags: Intent["tags"],
  ) {
    super(allowances);
  }

  findings(stack: DeclaredStack): readonly Finding[] {
    return [
      ...stack.providers
        .filter(
          ({ type, attributes }) => !this.covers(type === "aws" ? awsTags(attributes) : attributes.default_labels),
        )
        .map(({ address }) => ({ address, message: "does not give the config's tags to what it declares" })),
      ...stack.resources
        .filter(({ attributes }) => overwrites(attributes.tags ?? attributes.labels, this.tags))
        .map(({ address }) => ({ address, message: "overwrites a tag of the config" })),
    ];
  }

  private covers(given: unknown): boolean {
    const found = (given ?? {}) as Record<string, string>;
    return Object.entries(this.tags).every(([key, value]) => found[key] === value);
  }
}

function awsTags({ default_tags }: Attributes): unknown {
  return (default_tags as { tags?: unknown }[] | undefined)?.[0]?.tags;
}

function overwrites(own: unknown, tags: Intent["tags"]): boolean {
  return Object.entries((own ?? {}) as Record<string, string>).some(
    ([key, value]) => key in tags && tags[key] !== value,
  );
}
