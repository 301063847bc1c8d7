import type { Intent } from "../../intent/model/intent";
import { providersOf, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type Attributes, type BuiltInRule, finding } from "./rule";

/**
 * Every taggable resource of AWS and Google has the config's tags. Their providers apply default tags to all resources,
 * so each provider must declare them, and no resource may override one. Other providers have no such setting.
 */
export const tagsEverywhere: BuiltInRule<Pick<Intent, "tags">> = {
  id: "tags-everywhere",
  promise: "Every AWS and Google resource that supports tags has the tags of config.",
  findings: (stack, { tags }) => [
    ...providersOf(stack)
      .filter(({ type, attributes }) => DEFAULTS[type] !== undefined && !covers(DEFAULTS[type](attributes), tags))
      .map(finding("does not add the config's tags to its resources")),
    ...resourcesOf(stack, /./)
      .filter(({ attributes }) => overwrites(attributes.tags ?? attributes.labels, tags))
      .map(finding("overwrites a tag of the config")),
  ],
};

/** The default tags of a provider, by its name in a stack. */
const DEFAULTS: Readonly<Record<string, (attributes: Attributes) => unknown>> = {
  aws: ({ default_tags }) => (default_tags as { tags?: unknown }[] | undefined)?.[0]?.tags,
  google: ({ default_labels }) => default_labels,
  "google-beta": ({ default_labels }) => default_labels,
};

function covers(given: unknown, tags: Intent["tags"]): boolean {
  const found = (given ?? {}) as Record<string, string>;
  return Object.entries(tags).every(([key, value]) => found[key] === value);
}

function overwrites(own: unknown, tags: Intent["tags"]): boolean {
  return Object.entries((own ?? {}) as Record<string, string>).some(
    ([key, value]) => key in tags && tags[key] !== value,
  );
}
