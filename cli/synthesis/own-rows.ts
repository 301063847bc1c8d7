import type { RowReader } from "../../packages/terraform-access-review/access/own-rows";
import type { OwnAccess } from "../../stacks/front-door";
import { CommandError, EXIT } from "../process/command-error";
import { inWords } from "./main";

const FIELDS = ["principal", "permission", "resource"] as const;

/**
 * How the ledger reads rows of a project's own resources.
 *
 * @throws CommandError from the reader, if `rows` throws or returns anything but rows
 */
export function rowReaders(access: readonly OwnAccess[]): readonly RowReader[] {
  return access.map(({ rows }) => (stack) => {
    let found: unknown;
    try {
      found = rows(stack);
    } catch (error) {
      throw new CommandError(`main.ts, access: it threw ${inWords(error)}`, EXIT.failed);
    }
    if (!Array.isArray(found)) throw refused(found);
    return found.map((row) => {
      const texts = Object(row) as Readonly<Record<string, unknown>>;
      const { condition = "-" } = texts;
      const isRow = [...FIELDS.map((field) => texts[field]), condition].every(
        (text) => typeof text === "string" && text !== "",
      );
      if (!isRow) throw refused(row);
      return { ...(texts as Readonly<Record<(typeof FIELDS)[number], string>>), condition: String(condition) };
    });
  });
}

function refused(got: unknown): CommandError {
  return new CommandError(
    `main.ts, access: got ${JSON.stringify(got)}, expected a list of rows\n` +
      "    return [{ principal, permission, resource }] of texts, and condition where one must hold",
    EXIT.failed,
  );
}
