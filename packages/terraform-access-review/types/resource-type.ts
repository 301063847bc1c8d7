import type { Attributes } from "../terraform-json/stack-json";
import type { Covered } from "./covered";
import type { Strength } from "./strength";

/**
 * What the review knows of a type of resource that no schema says. A type is described in its family's file; whatever is
 * not here is in doubt when it changes.
 */
export interface ResourceType {
  /** What people call one: its kind, and the attribute that holds its own name. */
  readonly named?: readonly [kind: string, attribute: string];
  /** Its kind where a sentence names it by its name in the stack. Default: that of `named`, else its address is shown. */
  readonly kind?: string;
  /** Arguments that can grant something that no row reports: the ledger has a row `NOT READ` for each. */
  readonly unread?: readonly string[];
  /**
   * Attributes that the provider cannot change in place, after the documentation of hashicorp/aws 6.25.0 and
   * hashicorp/google 6.50.0: a change replaces the resource. A plan knows better, and says so.
   */
  readonly replaces?: readonly string[];
  /** What people lose when it goes. */
  readonly loss?: string;
  /** Attributes of which a change is no news for access. */
  readonly covered?: readonly (RegExp | Covered)[];
  /** Attributes that protect, by path, and which of two values is the safer one. */
  readonly guards?: Readonly<Record<string, Strength>>;
  /** It is a protection of what it refers to: to lose it while that stays is a loss. */
  readonly protection?: {
    /** What it gives, as in "bucket truststore no longer has versioning". */
    readonly words?: string;
    /** The attribute that names what it protects, where it refers to more. */
    readonly of?: string;
  };
  /** Whether a new one is read as it comes. Default: it is, by rows. */
  readonly isRead?: (attributes: Attributes) => boolean;
  /**
   * Attributes that open access, or switch a protection off, when they are set outside Terraform, and that no
   * configuration needs to declare. Terraform keeps what it finds there, so no plan closes it again.
   */
  readonly opensOutside?: readonly string[];
  /** Attributes in which a cloud repeats what resources of their own declare. */
  readonly ownedBy?: Readonly<Record<string, Owner>>;
  /** Attributes that say nothing by themselves: they are computed from something that the report shows. */
  readonly derived?: readonly string[];
  /** It gives nothing, even where Terraform lets go of it. */
  readonly isHarmlessAlone?: true;
  /** Attributes in which the stacks write functions: no other may hold one. */
  readonly expressions?: readonly string[];
}

export interface Owner {
  readonly type: string;
  /** Names the object that the owner belongs to. */
  readonly of: string;
  /** What tells the owner's part of a list apart: a field of the owner's and of the item's, or the item itself. */
  readonly item?: string;
}
