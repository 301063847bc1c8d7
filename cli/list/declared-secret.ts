/** One secret as config declares it. It never holds the value, nor anything that only a cloud knows. */
export interface DeclaredSecret {
  readonly cloud: "AWS" | "Google Cloud";
  /** Name in the cloud: `storefront-dev/clients/reporting-agent`, `storefront-dev-orders-database-url`. */
  readonly name: string;
  /** Key in the config that declares it, and its location. */
  readonly declaredBy: string;
  readonly declaredAt?: string;
  /** Who may read its value, according to this config. */
  readonly readers: readonly Party[];
  /** Who may set a new value, according to this config. */
  readonly changers: readonly Party[];
  /** Its maximum age, one sentence each. */
  readonly age: readonly string[];
  /** Commands that set a new value, in this order. None contains the value. */
  readonly commands: readonly string[];
  /** The remaining steps after the secret has a new value, such as a deploy. */
  readonly afterwards: string;
}

/** A principal or a process, with the key of the config or the part of the stack that names it. */
export interface Party {
  readonly who: string;
  readonly as: string;
}

/** Location of a key in the config: `config/base.yaml:41`; undefined if the key is not written. */
export type Locate = (path: readonly string[]) => string | undefined;
