import type { Attributes } from "../../../terraform-json/stack-json";
import type { RouteKey } from "./route-key";

/** An entry of the route table that hands calls on to the app. */
export interface RouteEntry extends RouteKey {
  readonly isPublic: boolean;
  /** What the rules ask. */
  readonly metadata: unknown;
  /** Its path's matcher. */
  readonly path: string;
}

/** An entry that refuses. */
export interface RefusalEntry {
  readonly match: Attributes;
  /** Route keys that are asked after it. */
  readonly before: readonly string[];
  readonly entry: unknown;
}
