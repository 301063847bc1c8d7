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
    const found = claimAt(claims, name);
    return typeof found === "string" ? found.split(" ") : Array.isArray(found) ? found : [];
  });
  return new Set(scopeValues === undefined ? values : values.flatMap((value) => ownField(scopeValues, value) ?? []));
}

/** The values of these claims that grant a scope, in the order of config. */
export function valuesGranting(scope: string, { scopeValues }: Pick<ScopeClaims, "scopeValues">): readonly string[] {
  if (scopeValues === undefined) return [scope];
  return Object.entries(scopeValues).flatMap(([value, scopes]) => (scopes.includes(scope) ? [value] : []));
}

/** A claim by its name. In a name without `:` and `/`, a dot leads into an object. Undefined if the token has none. */
export function claimAt(claims: Claims, name: string): unknown {
  return pathOf(name).reduce<unknown>(ownField, claims);
}

/** The names that lead to a claim. Remembered: config has few names, and every token is read by them. */
export function pathOf(name: string): readonly string[] {
  const path = paths.get(name) ?? (/[:/]/.test(name) ? [name] : name.split("."));
  paths.set(name, path);
  return path;
}

const paths = new Map<string, readonly string[]>();

/** A field of an object itself. Undefined if it has none, or is no object. */
export function ownField(object: unknown, name: unknown): unknown {
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
  return withClaim({}, name, (form ?? (name === "scope" ? "text" : "list")) === "text" ? values.join(" ") : values);
}

/** Claims with one more, which may be inside an object. */
export function withClaim(claims: Claims, name: string, value: unknown): Claims {
  return withField(claims, pathOf(name), value) as Claims;
}

function withField(object: unknown, [part, ...rest]: readonly string[], value: unknown): unknown {
  return part === undefined ? value : { ...(object as object), [part]: withField(ownField(object, part), rest, value) };
}
