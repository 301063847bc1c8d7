/**
 * One way to be allowed to call a route: a scope, or several of which the caller needs all. Authorizer, Envoy, review
 * and local front door all read it with these functions. Code that does not know `allOf` finds no such scope, and
 * refuses.
 */
export type ScopeNeed = string | { readonly allOf: readonly string[] };

/** The scopes that one need names. */
export function scopesOfNeed(need: ScopeNeed): readonly string[] {
  return typeof need === "string" ? [need] : need.allOf;
}

/** Every scope that some need names, sorted, each once. */
export function scopesNamed(needs: readonly ScopeNeed[]): string[] {
  return [...new Set(needs.flatMap(scopesOfNeed))].sort();
}

/** Whether these scopes meet a need. No scopes meet an empty `allOf`. */
export function isMet(need: ScopeNeed, held: readonly string[]): boolean {
  const asked = scopesOfNeed(need);
  return asked.length > 0 && asked.every((scope) => held.includes(scope));
}

/** Whether a caller needs to meet only one of these, and does. */
export function isAnyMet(needs: readonly ScopeNeed[], held: readonly string[]): boolean {
  return needs.some((need) => isMet(need, held));
}

/** The needs that these scopes meet, in the order of `needs`. */
export function needsMet(needs: readonly ScopeNeed[], held: readonly string[]): readonly ScopeNeed[] {
  return needs.filter((need) => isMet(need, held));
}

/** Whether each caller that meets `need` also meets `other`. */
export function isNoStricter(other: ScopeNeed, need: ScopeNeed): boolean {
  return isMet(other, scopesOfNeed(need));
}

/** `orders/read`, `orders/read and orders/audit`. */
export function needInWords(need: ScopeNeed): string {
  return scopesOfNeed(need).join(AND);
}

/** `orders/admin or (orders/read and orders/audit)`. */
export function needsInWords(needs: readonly ScopeNeed[]): string {
  return needs
    .map((need) => (needs.length > 1 && scopesOfNeed(need).length > 1 ? `(${needInWords(need)})` : needInWords(need)))
    .join(" or ");
}

const AND = " and ";

/** The same needs in one order, because a route's needs are a set: equal sets give equal lists. */
export function needsInOrder(needs: readonly ScopeNeed[]): readonly ScopeNeed[] {
  return needs
    .map((need) => [...scopesOfNeed(need)].sort())
    .sort((one, other) => compare(one.join("&"), other.join("&")))
    .map((scopes) => (scopes.length === 1 && scopes[0] !== undefined ? scopes[0] : { allOf: scopes }));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** One text for a route's needs, as its metadata in Envoy has it: `orders/admin orders/audit&orders/read`. */
export function needsInText(needs: readonly ScopeNeed[]): string {
  return needsInOrder(needs)
    .map((need) => scopesOfNeed(need).join("&"))
    .join(" ");
}

/** The needs in a route's metadata in Envoy, as `needsInText` writes them. */
export function needsOfText(text: string): readonly ScopeNeed[] {
  return text.split(" ").map((part) => {
    const scopes = part.split("&");
    return scopes.length === 1 ? part : { allOf: scopes };
  });
}
