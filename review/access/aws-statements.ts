import { type Attributes, listOf, type StackJson } from "../../terraform-json/stack-json";
import { readable } from "../words";
import type { AccessRow } from "./row";

export function statementsOf(policy: string): readonly Attributes[] {
  return [JSON.parse(policy).Statement ?? []].flat();
}

export function targets({ Resource, NotResource }: Attributes): readonly string[] {
  return NotResource === undefined ? listOf(Resource) : [`everything but ${listOf(NotResource).join(", ")}`];
}

export function verb({ Effect, Action, NotAction }: Attributes): string {
  const actions =
    NotAction === undefined ? listOf(Action).join(", ") : `everything but ${listOf(NotAction).join(", ")}`;
  return Effect === "Allow" ? actions : `${String(Effect).toUpperCase()} ${actions}`;
}

export function principals(stack: StackJson, { Principal, NotPrincipal }: Attributes): readonly string[] {
  // Of a policy that somebody is given: it says nothing of whom.
  if (NotPrincipal === undefined && Principal === undefined) return ["whoever holds it"];
  if (NotPrincipal !== undefined) return [`everybody but ${JSON.stringify(NotPrincipal)}`];
  if (typeof Principal === "string") return [Principal === "*" ? "everybody" : Principal];
  return Object.values(Principal ?? {}).flatMap((value) =>
    // `{"AWS": "*"}` is the same as `"*"`.
    listOf(value).map((text) => (text === "*" ? "everybody" : readable(stack, text))),
  );
}

/**
 * All of a statement's conditions must hold: one more is narrower, unless the statement denies. Of one that denies
 * everybody but those whom it names, each name is somebody whom it lets through.
 */
export function conditions(stack: StackJson, { Condition, Effect }: Attributes): Pick<AccessRow, "under" | "terms"> {
  const found = Object.entries((Condition ?? {}) as Record<string, Record<string, unknown>>).flatMap(
    ([operator, keys]) =>
      Object.entries(keys).map(
        ([key, value]) =>
          `${key} ${operator} ${listOf(value)
            .map((text) => readable(stack, text))
            .join(" or ")}`,
      ),
  );
  const under = found.join("; ") || "-";
  if (Effect === "Allow") return { under, terms: { requires: found } };
  const { ArnNotEquals: { "aws:PrincipalArn": exempt = undefined, ...more } = {}, ...others } = (Condition ??
    {}) as Record<string, Record<string, unknown>>;
  const isOfNames = exempt !== undefined && Object.keys({ ...more, ...others }).length === 0;
  return { under, ...(isOfNames && { terms: { permits: listOf(exempt).map(String) } }) };
}
