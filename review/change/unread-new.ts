import { unreadArguments } from "../access/unread-rows";
import { typeOf } from "../types";
import { unwrittenArguments } from "../types/arguments";
import type { Part } from "./parts";

/** Whether a resource opens, as it comes, what neither the ledger nor a guard reads. */
export function isUnreadNew({ type, attributes }: Part): boolean {
  return (
    unreadArguments(type, attributes).length > 0 ||
    unwrittenArguments(type, attributes).length > 0 ||
    typeOf(type).isRead?.(attributes) === false
  );
}
