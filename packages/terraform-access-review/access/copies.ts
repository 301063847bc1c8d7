import {
  type Attributes,
  isFields,
  oncePerStack,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
  texts,
} from "../terraform-json/stack-json";
import { type Grant, heldBy } from "./grant";

/** Blocks of a stack that neither hold nor read a value. */
const HOLDS_NOTHING = ["//", "import", "moved", "removed", "terraform", "variable"];

/** Data sources of both providers that name a secret and read no value of it. */
const READS_NO_VALUE = ["aws_iam_policy_document", "google_iam_policy"];

/**
 * Places outside its secret that hold its value, whose readers are not known: for a client's secret, whatever refers to the
 * client's own value or to the client as a whole; for each, a data source or an ephemeral resource that reads it.
 */
export function copiesOf(stack: StackJson & Attributes, resource: Resource): readonly Grant[] {
  const own = resourcesOf(stack, "aws_secretsmanager_secret_version").filter(
    ({ attributes }) => referred(stack, attributes.secret_id)?.address === resource.address,
  );
  const addresses = own.flatMap(({ attributes }) => [
    ...String(attributes.secret_string_wo).matchAll(/aws_cognito_user_pool_client\.[\w-]+/g),
  ]);
  const clients = [...new Set(addresses.map(([address]) => address))];
  const values = clients.map(
    (address) => new RegExp(String.raw`(?<![\w.-])${address}(?![\w-])(?!\.(id|name|user_pool_id)\b)`),
  );
  const { name, secret_id = name } = resource.attributes;
  const names = [...clients, `${resource.address}.`, String(secret_id)];
  const isCopy = (text: string) => text.includes("${") && values.some((value) => value.test(text));
  const isRead = (text: string, address: string) =>
    names.some((each) => text.includes(each)) ||
    (text.includes("${") && /secret|user_pool_client/.test(address) && referred(stack, text) === undefined);
  return holdersIn(stack)
    .filter(({ address }) => !own.some((version) => version.address === address))
    .filter(({ address, mayRead, written }) =>
      written.some((text) => isCopy(text) || (mayRead && isRead(text, address))),
    )
    .map(({ address, argument }) => {
      const readers = { kind: "unknown", id: `readers of ${address}` } as const;
      return heldBy(readers, "holds", resource.address, { address, argument });
    });
}

/** The arguments with a template, and those of what may read a secret by its name. Once for all secrets of a stack. */
const holdersIn = oncePerStack((stack) =>
  partsOf(stack).flatMap(({ address, value }) => {
    const reads = /^(data|ephemeral)\.(\w+)/.exec(address)?.[2];
    const mayRead = reads !== undefined && !READS_NO_VALUE.includes(reads);
    return (
      Object.entries(isFields(value) ? value : { "": value })
        .map(([argument, each]) => {
          return { address, argument, mayRead, written: texts(each).filter((text) => mayRead || text.includes("${")) };
        })
        // Replacing a secret with its client names the client, not the value.
        .filter(({ argument, written }) => argument !== "lifecycle" && written.length > 0)
    );
  }),
);

/** Every part of a stack that may hold or read a value, by its address: `output.x`, `data.aws_secretsmanager_secret.x`. */
function partsOf(stack: Attributes): readonly { readonly address: string; readonly value: unknown }[] {
  return Object.entries(stack)
    .filter(([block]) => !HOLDS_NOTHING.includes(block))
    .flatMap(([block, parts]) =>
      Object.entries(parts ?? {}).flatMap(([type, named]) => {
        const isTyped = ["data", "ephemeral", "resource"].includes(block);
        if (!isTyped) return [{ address: `${block === "locals" ? "local" : block}.${type}`, value: named }];
        const prefix = block === "resource" ? "" : `${block}.`;
        return Object.entries(named ?? {}).map(([name, value]) => ({ address: `${prefix}${type}.${name}`, value }));
      }),
    );
}
