import { type Place, placeOf } from "../model/place";
import { documentOf } from "../terraform-json/iam-statements";
import {
  type Attributes,
  blocksOf,
  listOf,
  oncePerStack,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";

/** A role that a stack grants to members, on any type of resource of Google Cloud. */
export interface GoogleBinding {
  /** The resource that declares it. */
  readonly by: Resource;
  /** Arguments of that resource; of a whole policy, with those of one binding. */
  readonly attributes: Attributes;
  readonly role: unknown;
  readonly members: readonly string[];
  /** The expression of its condition, of which it has one at most. None: it always applies. */
  readonly expressions: readonly string[];
  readonly from: Place;
}

/** Every binding of a stack: single ones and single members, then those of whole policies. */
export const googleBindings = oncePerStack((stack): readonly GoogleBinding[] => [
  ...resourcesOf(stack, /^google_\w+_iam_(binding|member)$/).map((each) => bindingOf(each, each.attributes)),
  ...resourcesOf(stack, /^google_\w+_iam_policy$/).flatMap((each) =>
    (bindingsOf(each.attributes) ?? []).map((binding) => bindingOf(each, { ...each.attributes, ...binding })),
  ),
]);

function bindingOf(by: Resource, attributes: Attributes): GoogleBinding {
  const { condition, member, members, role } = attributes;
  const expressions = listOf(blocksOf(condition)[0]?.expression);
  return {
    by,
    attributes,
    role,
    members: listOf(members ?? member),
    expressions,
    from: placeOf(by, "role"),
  };
}

/** All bindings of a policy; undefined if the stack does not contain their text. */
export function bindingsOf({ policy_data }: Attributes): readonly Attributes[] | undefined {
  const document = documentOf(policy_data);
  if (document === undefined) return undefined;
  const bindings: unknown = document.bindings ?? [];
  return Array.isArray(bindings) ? bindings : undefined;
}

/** Arguments that state the grant or its members. */
const NO_OBJECT = /^(role|members?|condition|policy_data|etag|id|depends_on|lifecycle|timeouts|\/\/)$/;

/** Arguments that state where the object is. */
const PLACE = /^(project|location|region|zone|provider)$/;

/** The texts that may name the object of a binding, by argument. The project, which may be one too, is not included. */
export function objectsIn(attributes: Attributes): readonly (readonly [argument: string, text: string])[] {
  return textsIn(attributes).filter(([key]) => !PLACE.test(key));
}

/** The texts that state where that object is. */
export function placesIn(attributes: Attributes): readonly (readonly [argument: string, text: string])[] {
  return textsIn(attributes).filter(([key]) => PLACE.test(key));
}

function textsIn(attributes: Attributes): readonly (readonly [argument: string, text: string])[] {
  return Object.entries(attributes).filter(([key, value]) => !NO_OBJECT.test(key) && typeof value === "string");
}

/** The bindings on a resource of the stack, whether they refer to it or state its name. */
export function bindingsOn(stack: StackJson, { type, address, attributes }: Resource): readonly GoogleBinding[] {
  const names = [attributes.name, attributes.secret_id].filter((name) => name !== undefined);
  const byObject = bindingsByObject(stack);
  return [address, ...names.map((name) => `${type} ${name}`)].flatMap((key) => byObject.get(key) ?? []);
}

/** By the address of the object, or by its type and the last part of its name. */
const bindingsByObject = oncePerStack((stack): ReadonlyMap<string, readonly GoogleBinding[]> => {
  const found = new Map<string, GoogleBinding[]>();
  for (const binding of googleBindings(stack)) {
    const type = binding.by.type.replace(/_iam_\w+$/, "");
    for (const [, text] of objectsIn(binding.attributes)) {
      const key = referred(stack, text)?.address ?? `${type} ${text.replace(/^.*\//, "")}`;
      found.set(key, [...(found.get(key) ?? []), binding]);
    }
  }
  return found;
});

/** The e-mail address of a service account. */
export function emailOf({ provider }: StackJson, { attributes }: Resource): string {
  const [google] = provider.google ?? [];
  return `${attributes.account_id}@${attributes.project ?? google?.project}.iam.gserviceaccount.com`;
}

/** The service account of this stack with an e-mail address. */
export function accountWith(stack: StackJson, email: string): Resource | undefined {
  return resourcesOf(stack, "google_service_account").find((each) => emailOf(stack, each) === email);
}
