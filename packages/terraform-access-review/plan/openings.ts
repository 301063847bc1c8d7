import type { Attributes } from "../terraform-json/stack-json";
import { typeOf } from "../types";
import type { StateResource } from "./plan-json";
import { isFields } from "./shape";

/** A resource-based policy opens whatever has one. */
const POLICY = /^(resource_)?policy(_document|_data)?$/;

export function isOpening(type: string, attribute: string): boolean {
  return POLICY.test(attribute) || typeOf(type).opensOutside?.includes(attribute) === true;
}

/**
 * What of an attribute no other resource of the stack declares. What another one declares is compared there.
 *
 * @param object as Terraform last knew it: its owners are found by what names it
 */
export function unowned(
  value: unknown,
  { type, name, object }: { readonly type: string; readonly name: string; readonly object: Attributes },
  state: readonly StateResource[],
): unknown {
  const owner = typeOf(type).ownedBy?.[name];
  if (owner === undefined) return value;
  const names = ["id", "arn", "name", "bucket"].map((key) => object[key]).filter((each) => each !== undefined);
  const owners = state.flatMap(({ type: each, values }) =>
    each === owner.type && values !== undefined && names.includes(values[owner.of]) ? [values] : [],
  );
  if (owner.item === undefined) return owners.length > 0 ? undefined : value;
  const key = owner.item;
  const owned = owners.map((values) => values[key]);
  const items = [value ?? []].flat().filter((item) => !owned.includes(isFields(item) ? item[key] : item));
  return items.length > 0 ? items : undefined;
}
