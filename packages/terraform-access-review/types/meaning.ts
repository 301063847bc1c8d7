import type { AttributeChange } from "../model/attribute-change";
import type { Attributes, StackJson } from "../terraform-json/stack-json";

/**
 * The name of an argument: `quota_settings.limit`. The name of a block means that the whole block comes or goes.
 *
 * - `scope[].scope_name`: an argument of blocks that may be several
 * - `variables[service_*]`: a key of a map, or of JSON in a text. `*` stands for any characters.
 * - `triggers.*`: the argument, and everything within
 */
export type Name = string;

/** A name that has its meaning only in some changes. Any other change of it is in doubt. */
export interface Conditional {
  readonly name: Name;
  /** The only kinds of change. Default: all. */
  readonly only?: readonly AttributeChange["kind"][];
  /** Only references to resources that already existed: those have rows, or changes of their own. */
  readonly known?: true;
  readonly where?: (change: AttributeChange) => boolean;
}

export const added = (name: Name): Conditional => ({ name, only: ["added"] });
export const removed = (name: Name): Conditional => ({ name, only: ["removed"] });
/** Added or changed. */
export const notRemoved = (name: Name): Conditional => ({ name, only: ["added", "changed"] });
/** Added or removed. */
export const notChanged = (name: Name): Conditional => ({ name, only: ["added", "removed"] });
/** Another reference, to a resource that already existed. */
export const known = (name: Name): Conditional => ({ name, only: ["changed"], known: true });
export const where = (name: Name, holds: (change: AttributeChange) => boolean): Conditional => ({ name, where: holds });

/** Several names below one block. */
export const below = (block: Name, ...names: readonly Name[]): readonly Name[] =>
  names.map((name) => `${block}.${name}`);

/** Keys of an IAM statement that rows show. Any other is not read. */
const STATEMENT = [
  "Action",
  "Condition",
  "Effect",
  "NotAction",
  "NotPrincipal",
  "NotResource",
  "Principal",
  "Resource",
  "Sid",
];

/** A policy whose statements have rows. Its other keys are in doubt. */
export const statements = (policy: Name): readonly Name[] => [
  policy,
  `${policy}[Statement][]`,
  ...STATEMENT.map((key) => `${policy}[Statement][][${key}].*`),
];

/** What a type's attributes mean for access. An attribute without a meaning is unknown, and counts as broader. */
export interface Meanings {
  /** They decide who may do what: rows of the ledger report each change. */
  readonly access?: readonly (Name | Conditional)[];
  /** They protect, each with the order of its values from weak to safe: a guard reports each change. */
  readonly protects?: Readonly<Record<Name, Strength | Protection>>;
  /** They only run or describe something: no value of them opens anything. */
  readonly runs?: readonly (Name | Conditional)[];
}

/** How safe a value is, among those of one attribute: more is safer. `NaN`: unknown, so each other value may be weaker. */
export type Strength = (value: unknown, attributes: Attributes) => number;

/** An order that compares only some values. */
export interface Protection {
  readonly strength: Strength;
  /** The changes that the order judges completely. Any other is also in doubt. */
  readonly judges: (change: AttributeChange) => boolean;
}

/** `true` is safer, and a missing attribute counts as false. */
export const on: Strength = (value) => (value === true ? 1 : 0);
/** Any value is safer than none. It says nothing about another value. */
export const present: Protection = {
  strength: (value) => (value ? 1 : 0),
  judges: ({ kind }) => kind === "added" || kind === "removed",
};
/** One text is the safe one. */
export const is =
  (safe: string): Strength =>
  (value) =>
    value === safe ? 1 : 0;
/** From the weakest to the strongest; the strength of any other value is unknown. */
export const ranked =
  (...values: readonly string[]): Strength =>
  (value) => {
    const rank = values.indexOf(String(value));
    return rank < 0 ? Number.NaN : rank;
  };
/** The same, with the cloud's default for no value. */
export const rankedFrom =
  (preset: string, ...values: readonly string[]): Strength =>
  (value, attributes) =>
    ranked(...values)(value ?? preset, attributes);
/** If none is set, the provider's default counts. */
export const higher =
  (preset: number): Strength =>
  (value) =>
    Number(value ?? preset);
/** If none is set, the cloud's default counts. */
export const lower =
  (preset: number): Strength =>
  (value) =>
    -Number(value ?? preset);
/** Only an explicit false is weaker: the cloud's default is true. */
export const unlessOff: Strength = (value) => (value === false ? 0 : 1);
/** Only an explicit true is weaker: the cloud's default is false. */
export const unlessOn: Strength = (value) => (value === true ? 0 : 1);
/** A throttle: -1 means no limit, as does an unset value. */
export const lowerThrottle: Strength = (value) =>
  Number(value ?? -1) >= 0 ? -Number(value) : Number.NEGATIVE_INFINITY;
/** Interval of reminders, in seconds: shorter is safer; unset means no reminders. */
export const shorterInterval: Strength = (value) =>
  value ? -Number.parseInt(String(value), 10) : Number.NEGATIVE_INFINITY;
/** 0 means forever. */
export const longerRetention: Strength = (value) =>
  Number(value ?? 0) === 0 ? Number.POSITIVE_INFINITY : Number(value);

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** Cognito's default lifetimes of tokens, in seconds, for no value or 0, whatever the unit. */
const DEFAULT_LIFE = { access_token: 3600, id_token: 3600, refresh_token: 30 * 86_400 } as const;

/** Shorter is safer. Without a unit, Cognito assumes hours for access and ID tokens, days for refresh tokens. */
export const life =
  (token: keyof typeof DEFAULT_LIFE): Strength =>
  (value, { token_validity_units }) => {
    const units = [token_validity_units ?? {}].flat()[0]?.[token] ?? (token === "refresh_token" ? "days" : "hours");
    if (!value) return -DEFAULT_LIFE[token];
    return -Number(value) * (SECONDS[units] ?? Number.POSITIVE_INFINITY);
  };

/** The paths of changes that a name means: `scope[read].scope_name` for `scope[].scope_name`. */
export function pathsOf(name: Name): RegExp {
  const steps = [...name.replace(/\.\*$/, "").matchAll(/\[([^\]]*)\]|[\w-]+/g)];
  const path = steps.map(([text, key], index) => {
    if (key === "") return ITEM;
    return key === undefined ? `${index > 0 ? "\\." : ""}${text}` : keyed(key, index);
  });
  return new RegExp(`^${path.join("")}${name.endsWith(".*") ? "(?:[.[].*)?" : ""}$`);
}

/** One of several blocks, by its name or its number. A key of a map is quoted. */
const ITEM = String.raw`(?:\[(?!")[^\]]*\])?`;

function keyed(key: string, index: number): string {
  const [plain, quoted] = [String.raw`[\w-]+`, '[^"]+'].map((any) =>
    key
      .split("*")
      .map((text) => text.replace(/[^\w]/g, "\\$&"))
      .join(any),
  );
  return `(?:${index > 0 ? "\\." : ""}${plain}|\\["${quoted}"\\])`;
}

/** The argument of the provider's schema that a name is, or is in: `policy` for `policy[Statement][][Sid].*`. */
export function argumentIn(name: Name): string {
  return name.replaceAll("[]", "").replace(/\.\*$/, "").replace(/\[.*$/, "");
}

/** Whether a name is a key in an argument's value, which no schema has. */
export function isKey(name: Name): boolean {
  return /\[[^\]]/.test(name);
}

/** Maps, whose keys people choose. */
const MAP =
  /(^|\.)(annotations|attribute_mapping|dimensions|labels|limits|re(quest|sponse)_(parameters|templates)|tags|triggers|(stage_)?variables)$/;

/** Paths of all arguments that are set in a value, without indices. */
export function argumentsIn(value: unknown, path: string): readonly string[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) return value.flatMap((item) => argumentsIn(item, path));
  if (typeof value !== "object" || MAP.test(path)) return [path];
  return Object.entries(value).flatMap(([name, inner]) => argumentsIn(inner, `${path}.${name}`));
}

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

interface Owner {
  readonly type: string;
  /** The owner's attribute that names the object. */
  readonly of: string;
  /** Identifies the owner's item in a list: a field that owner and item share, or the item itself. */
  readonly item?: string;
}
