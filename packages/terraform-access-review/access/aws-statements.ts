import { type AccessRow, ANY_PRINCIPAL } from "../model/row";
import { type Statement, statementsOf } from "../terraform-json/iam-statements";
import { listOf, type StackJson } from "../terraform-json/stack-json";
import { readable } from "../types/words";

/** The statements that rows tell of. A document of which not all can be read has none, and a row NOT READ instead. */
export function readStatements(policy: unknown): readonly Statement[] {
  return statementsOf(policy) ?? [];
}

export function targets({ Resource, NotResource }: Statement): readonly string[] {
  return NotResource === undefined ? listOf(Resource) : [`everything except ${listOf(NotResource).join(", ")}`];
}

export function verb({ Effect, Action, NotAction }: Statement): string {
  const actions =
    NotAction === undefined ? listOf(Action).join(", ") : `everything except ${listOf(NotAction).join(", ")}`;
  return Effect === "Allow" ? actions : `${String(Effect).toUpperCase()} ${actions}`;
}

export function principals(stack: StackJson, { Principal, NotPrincipal }: Statement): readonly string[] {
  // An identity policy: it does not name its principal.
  if (NotPrincipal === undefined && Principal === undefined) return ["any principal with this policy"];
  if (NotPrincipal !== undefined) return [`${ANY_PRINCIPAL} except ${JSON.stringify(NotPrincipal)}`];
  if (typeof Principal === "string") return [Principal === "*" ? ANY_PRINCIPAL : Principal];
  return Object.values(Principal ?? {}).flatMap((value) =>
    // `{"AWS": "*"}` is the same as `"*"`.
    listOf(value).map((text) => (text === "*" ? ANY_PRINCIPAL : readable(stack, text))),
  );
}

/**
 * All of a statement's conditions must hold: one more is narrower, unless the statement denies. If it denies all
 * principals except those that it names, each name is a principal that it exempts.
 */
export function conditions(stack: StackJson, { Condition, Effect }: Statement): Pick<AccessRow, "condition" | "terms"> {
  const found = Object.entries((Condition ?? {}) as Record<string, Record<string, unknown>>).flatMap(
    ([operator, keys]) =>
      Object.entries(keys).map(
        ([key, value]) =>
          `${key} ${operator} ${listOf(value)
            .map((text) => readable(stack, text))
            .join(" or ")}`,
      ),
  );
  const condition = found.join("; ") || "-";
  if (Effect === "Allow") return { condition, terms: { requires: found } };
  const { ArnNotEquals: { "aws:PrincipalArn": exempt = undefined, ...more } = {}, ...others } = (Condition ??
    {}) as Record<string, Record<string, unknown>>;
  const isOfNames = exempt !== undefined && Object.keys({ ...more, ...others }).length === 0;
  return { condition, ...(isOfNames && { terms: { permits: listOf(exempt).map(String) } }) };
}
