import { type Attributes, isFields } from "../terraform-json/stack-json";
import { own } from "./shape";

/**
 * The part of an object that its configuration declares. A value that the schema computes and the configuration does
 * not declare, at any depth, belongs to the cloud. All list items and all keys of a map are kept, because an added grant
 * is an additional one.
 *
 * @param like the same value as the configuration writes it; undefined if it does not
 */
export function declaredPart(value: unknown, like: unknown): unknown {
  if (like === undefined || like === null) return undefined;
  const fields = fieldsIn(like);
  if (fields === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => (isFields(item) ? fieldsOf(item, fields) : item));
  if (!isFields(value) || isMap(value)) return value;
  return fieldsOf(value, fields);
}

function fieldsOf(value: Attributes, fields: Attributes): Attributes {
  const kept = Object.keys(value).filter((key) => Object.hasOwn(fields, key));
  return Object.fromEntries(kept.map((key) => [key, declaredPart(value[key], fields[key])]));
}

/** A state has a block in a list, so an object outside one is a map if its values are all texts, numbers or flags. */
function isMap(value: Attributes): boolean {
  const kinds = new Set(Object.values(value).map((each) => (each === null ? "unset" : typeof each)));
  return kinds.size <= 1 && !kinds.has("object") && !kinds.has("unset");
}

/** Every field that a block or one of its repetitions declares; undefined for any other value. */
function fieldsIn(like: unknown): Attributes | undefined {
  if (isFields(like)) return like;
  if (!Array.isArray(like) || like.length === 0 || !like.every(isFields)) return undefined;
  return Object.assign({}, ...like);
}

/** An object without the paths that Terraform ignores: `lifecycle.ignore_changes`. */
export function withoutIgnored(value: Attributes, body: Attributes | undefined): Attributes {
  const ignored = own(body?.lifecycle as Attributes | undefined, "ignore_changes");
  if (ignored === "all") return {};
  const paths = Array.isArray(ignored) ? ignored.map(stepsOf) : [];
  return paths.reduce<Attributes>((left, path) => without(left, path) as Attributes, value);
}

/** `rotation[0].next_rotation_time` as `rotation`, `0`, `next_rotation_time`. */
function stepsOf(path: unknown): readonly string[] {
  return String(path).match(/[^.[\]"]+/g) ?? [];
}

function without(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === step ? without(item, rest) : item));
  if (!isFields(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: item, ...others } = value;
  return rest.length === 0 ? others : { ...others, [step]: without(item, rest) };
}
