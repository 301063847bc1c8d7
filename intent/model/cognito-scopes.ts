/** `<resource server>/<scope>`. Cognito allows more characters in both. These need no escaping in a URL's query. */
export const COGNITO_SCOPE = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\/[A-Za-z0-9][A-Za-z0-9._:-]*$/;

/**
 * The scopes that a user pool offers, by resource server, each once and in the given order. A scope of another form
 * belongs to other issuers.
 */
export function scopesByServer(scopes: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const scope of new Set(scopes)) {
    const server = COGNITO_SCOPE.exec(scope)?.[1];
    if (server !== undefined) found.set(server, [...(found.get(server) ?? []), scope]);
  }
  return found;
}
