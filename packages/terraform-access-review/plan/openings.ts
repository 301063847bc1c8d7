import type { Attributes } from "../terraform-json/stack-json";
import { typeOf } from "../types";
import type { StateResource } from "./plan-json";
import { isFields } from "./shape";

/**
 * The parts of an attribute that no other resource of the stack declares. Parts that another one declares are compared
 * there.
 *
 * @param object as Terraform last knew it: its owners are found by the resources that name it
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
