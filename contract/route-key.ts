/**
 * The keys under which config may declare a route, the more specific one first: `GET /orders`, and `ANY /orders` for every method.
 *
 * @param routeKey of one route: a method and a path
 */
export function writtenKeys(routeKey: string): readonly [own: string, everyMethod: string] {
  return [routeKey, routeKey.replace(/^\S+/, "ANY")];
}
