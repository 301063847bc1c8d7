import { isCall } from "../change/access-change";
import { type AccessRow, NO_CALLER } from "../model/row";

interface Line {
  readonly parts: readonly string[];
  readonly row?: Cells;
  readonly source?: unknown;
}

type Cells = Pick<AccessRow, "principal" | "permission" | "resource">;

/**
 * Gives rows that follow from a call the place of the call's own row: a route that loses its last caller, the role of a
 * function that gets its first or last route of a service, and what Envoy lets pass.
 */
export function withBorrowedPlaces<T extends Line>(lines: readonly T[]): readonly T[] {
  const calls = lines.filter(({ row }) => row && isCall(row.permission) && row.principal !== NO_CALLER);
  return lines.map((line) => {
    const source = calls.find((call) => followsFrom(line, call))?.source;
    return source === undefined ? line : { ...line, source };
  });
}

function followsFrom({ row, parts }: Line, { row: call }: Line): boolean {
  if (row === undefined || call === undefined) return false;
  if (row.principal === NO_CALLER) return row.permission === call.permission;
  if (isCall(row.permission)) return false;
  if (row.permission.startsWith("sts:AssumeRole")) return lastWord(row.resource) === lastWord(call.resource);
  return isOfEnvoy(row) && parts.some((part) => part.includes(call.permission) || part.includes(call.principal));
}

function isOfEnvoy({ principal, permission, resource }: Cells): boolean {
  return [principal, resource].some((text) => text.startsWith("Envoy of ")) || permission.startsWith("call it past");
}

function lastWord(text: string): string {
  return text.slice(text.lastIndexOf(" ") + 1);
}
