import { canonical } from "../../terraform-json/order";
import { sha256 } from "../../terraform-json/sha256";
import type { Attributes } from "../../terraform-json/stack-json";
import type { RouteKey } from "./route-key";

/** Thrown if a part of the configuration that decides on requests has an unknown form. */
export class NotUnderstood extends Error {}

/** Returns an object that has no keys other than these. A part that decides is read completely, or not at all. */
export function only(value: unknown, keys: readonly string[], where: string): Attributes {
  const found = fields(value, where);
  const other = Object.keys(found).find((key) => !keys.includes(key));
  if (other !== undefined) throw new NotUnderstood(`${other} of ${where}`);
  return found;
}

export function fields(value: unknown, where: string): Attributes {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new NotUnderstood(`${where}, which is no object`);
}

/** Returns the item of a list with exactly one item. */
export function single(value: unknown, where: string): unknown {
  if (Array.isArray(value) && value.length === 1) return value[0];
  throw new NotUnderstood(`${where}, of which there is not one`);
}

export function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new NotUnderstood(`${where}, which is no list`);
}

export function text(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw new NotUnderstood(`${where}, which is no text`);
}

/** The short type of an extension: `JwtAuthentication`. */
export function typeOf(extension: unknown): string {
  const type = (extension as Attributes | undefined)?.typed_config?.["@type"];
  return String(type ?? "").replace(/^.*\./, "");
}

/** A short hash of a value, independent of the order of its keys. */
export function hashed(value: unknown): string {
  return sha256(canonical(value)).slice(0, 12);
}

/** An entry of the route table that forwards calls to the app. */
export interface RouteEntry extends RouteKey {
  readonly isPublic: boolean;
  /** The value to which the rules refer. */
  readonly metadata: unknown;
  /** The matcher of its path. */
  readonly path: string;
}

/** An entry that refuses calls. */
export interface RefusalEntry {
  readonly match: Attributes;
  /** Route keys that Envoy matches after it. */
  readonly before: readonly string[];
  readonly entry: unknown;
}
