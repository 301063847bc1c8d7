import type { Attributes, StackJson } from "../terraform-json/stack-json";
import type { Meanings, Name } from "./meaning";

/**
 * Facts about a type of resource that no schema contains. Each argument that the stacks write has exactly one meaning, or
 * is `asWritten`. Changes of any other attribute are in doubt.
 */
export interface ResourceType extends Meanings {
  /** The stacks write one value or form of it. Any other is in doubt. */
  readonly asWritten?: readonly Name[];
  /**
   * Attributes with a meaning that no stack writes: providers compute them, or people set them. A new resource that sets
   * one is in doubt.
   */
  readonly unwritten?: Meanings;
  /** Words for a resource: its kind, and the attribute with its own name. */
  readonly named?: readonly [kind: string, attribute: string];
  /** Its kind in sentences that use its name in the stack. Default: the kind of `named`; without either, its address. */
  readonly kind?: string;
  /** Arguments that can grant something that no row reports: the ledger has a row `NOT READ` for each. */
  readonly unread?: readonly string[];
  /**
   * Attributes that the provider cannot change in place, after the documentation of hashicorp/aws 6.25.0 and
   * hashicorp/google 6.50.0: a change replaces the resource. If there is a plan, the plan decides.
   */
  readonly replaces?: readonly string[];
  /** What people lose if it is destroyed. */
  readonly loss?: string;
  /** Set if the resource protects another one: destroying it while the other stays is a loss. */
  readonly protection?: {
    /** Words for the protection, as in "bucket truststore no longer has versioning". */
    readonly words?: string;
    /** The attribute that names the protected resource, if it refers to several. */
    readonly of?: string;
  };
  /**
   * Whether rows report a new resource completely, or it opens nothing. `before` is the stack without it. Default: yes.
   */
  readonly isRead?: (attributes: Attributes, before: StackJson) => boolean;
  /**
   * Attributes that open access, or switch a protection off, if they are set outside Terraform, and that no configuration
   * needs to declare. Terraform keeps their current values, so no plan closes the access again.
   */
  readonly opensOutside?: readonly string[];
  /** Attributes that open nothing, even if a person changes them outside Terraform, in the form of `ignore_changes`. */
  readonly harmlessOutside?: readonly string[];
  /**
   * Computed attributes by path, each with the values by which a cloud says that the object is gone, will be, or does not
   * work. Terraform keeps such an object in its state, so no plan restores it.
   */
  readonly going?: Readonly<Record<string, RegExp>>;
  /** The command that restores an object that is going. Default: none is known. */
  readonly restore?: (attributes: Attributes) => string;
  /** Attributes in which a cloud repeats the declarations of other resources. */
  readonly ownedBy?: Readonly<Record<string, Owner>>;
  /** Attributes without information of their own: they are computed from others that the report shows. */
  readonly derived?: readonly string[];
  /** It measures other resources, and names them without opening them. */
  readonly isMonitoring?: true;
  /** It grants nothing, even if Terraform no longer manages it. */
  readonly isHarmlessAlone?: true;
  /** The only attributes in which the stacks use functions. */
  readonly expressions?: readonly string[];
}

export interface Owner {
  readonly type: string;
  /** The owner's attribute that names the object. */
  readonly of: string;
  /** Identifies the owner's item in a list: a field that owner and item share, or the item itself. */
  readonly item?: string;
}
