/** Where the tokens of an issuer carry scopes. */
export interface ScopeClaims {
  /**
   * Name of a claim, or several names. In a name without `:` and `/`, a dot leads into an object: `realm_access.roles`. The
   * claim is a text with spaces (RFC 8693) or a list of texts.
   */
  readonly scopeClaim: string | readonly string[];
  /** Scopes by value of these claims. Unset: each value is a scope. Set: no other value counts. */
  readonly scopeValues?: Readonly<Record<string, readonly string[]>> | undefined;
}

type Claims = Readonly<Record<string, unknown>>;

/** The scopes that a token carries. Config decides which of them count. */
export function carriedScopes(claims: Claims, { scopeClaim, scopeValues }: ScopeClaims): ReadonlySet<unknown> {
  const values = [scopeClaim].flat().flatMap((name) => {
    const found = pathOf(name).reduce<unknown>(field, claims);
    return typeof found === "string" ? found.split(" ") : Array.isArray(found) ? found : [];
  });
  return new Set(scopeValues === undefined ? values : values.flatMap((value) => field(scopeValues, value) ?? []));
}

/** The names that lead to a claim. */
export function pathOf(name: string): readonly string[] {
  return /[:/]/.test(name) ? [name] : name.split(".");
}

function field(object: unknown, name: unknown): unknown {
  const isOwn =
    typeof object === "object" && object !== null && typeof name === "string" && Object.hasOwn(object, name);
  return isOwn ? (object as Claims)[name] : undefined;
}

/**
 * Claims of a token that carries these scopes, as a stand-in for its issuer writes them.
 *
 * @param form default: a text for `scope`, as OAuth writes it, and a list for any other claim
 */
export function claimsCarrying(
  scopes: readonly string[],
  { scopeClaim, scopeValues }: ScopeClaims,
  form?: "text" | "list",
): Claims {
  const [name = ""] = [scopeClaim].flat();
  const granting = Object.entries(scopeValues ?? {}).filter(([, given]) => given.some((each) => scopes.includes(each)));
  const values = scopeValues === undefined ? scopes : granting.map(([value]) => value);
  const claim = (form ?? (name === "scope" ? "text" : "list")) === "text" ? values.join(" ") : values;
  return pathOf(name).reduceRight<unknown>((inner, part) => ({ [part]: inner }), claim) as Claims;
}
