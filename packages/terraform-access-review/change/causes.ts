import type { RowChange } from "../model/change";
import type { AccessRow } from "../model/row";
import type { SynthesizedState } from "../model/state";
import { httpRoutes, restMethods } from "../terraform-json/gateway-routes";
import { canonical } from "../terraform-json/order";
import { ANYONE, isCall } from "./access-change";

/** What the policy and the gateway ask of a caller of a route, by its key: a text that is the same for the same need. */
type Needs = (key: string) => string | undefined;

export function needsOf({ stack, policy }: SynthesizedState): Needs {
  const routes = new Map([...httpRoutes(stack), ...restMethods(stack)].map((each) => [each.key, each]));
  return (key) => {
    const found = routes.get(key);
    if (found === undefined) return undefined;
    const { authorization, route } = found;
    const scopes = route.attributes.authorization_scopes ?? null;
    return canonical({ authorization, scopes, policy: policy?.routes[key] ?? null });
  };
}

type Sides<T> = readonly [before: T, after: T];

interface Compared {
  readonly needs: Sides<Needs>;
  readonly rows: Sides<readonly AccessRow[]>;
}

/** Names the cause of each change that is due to a caller, not to a route. */
export function withCauses(changes: readonly RowChange[], { needs, rows }: Compared): readonly RowChange[] {
  const [before, after] = rows.map(
    (side) => new Set(side.filter(({ permission }) => isCall(permission)).map(({ principal }) => principal)),
  ) as unknown as Sides<ReadonlySet<string>>;
  return changes.map((change) => {
    const row = change.after ?? change.before;
    if (row === undefined || row.principal === ANYONE) return change;
    const isSame = !isCall(row.permission) || isSameNeed(row.permission, needs);
    if (isSame && before.has(row.principal) !== after.has(row.principal)) return { ...change, cause: "caller" };
    return isSame && isCall(row.permission) ? { ...change, cause: "grant" } : change;
  });
}

function isSameNeed(route: string, [before, after]: Compared["needs"]): boolean {
  const need = before(route);
  return need !== undefined && need === after(route);
}
