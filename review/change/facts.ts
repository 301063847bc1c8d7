/** What a reviewer must know of a type of resource, and its synthesized form does not say. */
export interface TypeFacts {
  /** Attributes that the provider cannot change in place, after its documentation: a change replaces the resource. */
  readonly forces: readonly string[];
  /** Attributes and blocks that are sets in the provider's schema. */
  readonly sets?: readonly string[];
  /** What people lose when it goes. */
  readonly loss?: string;
}
