/** One secret as config knows it: never its value, and nothing that only a cloud could tell. */
export interface DeclaredSecret {
  readonly cloud: "AWS" | "Google Cloud";
  /** Name in the cloud: `storefront-dev/clients/reporting-agent`, `storefront-dev-orders-database-url`. */
  readonly name: string;
  /** Key in the config that declares it, and where that stands. */
  readonly declaredBy: string;
  readonly declaredAt?: string;
  /** Who may read its value, by this config. */
  readonly readers: readonly Party[];
  /** Who may give it a new value, by this config. */
  readonly changers: readonly Party[];
  /** How old it may get, one sentence each. */
  readonly age: readonly string[];
  /** Commands that give it a new value, to be run in this order. None has the value in it. */
  readonly commands: readonly string[];
  /** What is left to be done, or to be deployed, once it has one. */
  readonly afterwards: string;
}

/** A principal or a process, and what names it: a key of the config, or a part of the stack. */
export interface Party {
  readonly who: string;
  readonly as: string;
}

/** Where a key of the config stands: `config/base.yaml:41`; undefined where nothing is written. */
export type Locate = (path: readonly string[]) => string | undefined;
