import type { ResourceChange } from "../change/model";

/** What happens to a resource, without its attributes: `replaced: it cannot change region in place`. */
export function changeWords({ action, forcedBy, importedAs, movedFrom, reason }: ResourceChange): string {
  return [
    action === "replaced" && forcedBy.length > 0
      ? `replaced, because ${forcedBy.join(", ")} cannot change in place`
      : action,
    ...(movedFrom === undefined ? [] : [`was ${movedFrom}`]),
    ...(importedAs === undefined ? [] : [`exists as ${importedAs}`]),
    ...(reason === undefined ? [] : [reason]),
  ].join("; ");
}
