import type { Intent } from "../../intent/model/intent";
import {
  type Attributes,
  providersOf,
  resourcesOf,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { PolicyRule } from "./rule";

/**
 * Every taggable resource has the config's tags. Both providers apply their default tags to all resources, so each
 * provider must declare them, and no resource may override one.
 */
export function tagsEverywhere(tags: Intent["tags"]): PolicyRule {
  return {
    id: "tags-everywhere",
    findings(stack) {
      return [
        ...providersOf(stack)
          .filter(
            ({ type, attributes }) => !covers(type === "aws" ? awsTags(attributes) : attributes.default_labels, tags),
          )
          .map(({ address }) => ({ address, message: "does not add the config's tags to its resources" })),
        ...resourcesOf(stack, /./)
          .filter(({ attributes }) => overwrites(attributes.tags ?? attributes.labels, tags))
          .map(({ address }) => ({ address, message: "overwrites a tag of the config" })),
      ];
    },
  };
}

function covers(given: unknown, tags: Intent["tags"]): boolean {
  const found = (given ?? {}) as Record<string, string>;
  return Object.entries(tags).every(([key, value]) => found[key] === value);
}

function awsTags({ default_tags }: Attributes): unknown {
  return (default_tags as { tags?: unknown }[] | undefined)?.[0]?.tags;
}

function overwrites(own: unknown, tags: Intent["tags"]): boolean {
  return Object.entries((own ?? {}) as Record<string, string>).some(
    ([key, value]) => key in tags && tags[key] !== value,
  );
}
