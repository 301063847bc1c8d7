import type { RowReader } from "../../packages/terraform-access-review/access/own-rows";
import type { OwnAccess } from "../../stacks/front-door";
import { type CommandError, projectError } from "../process/command-error";
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
      throw projectError(`main.ts, access: it threw ${inWords(error)}`);
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
  return projectError(
    `main.ts, access: got ${JSON.stringify(got)}, expected a list of rows`,
    "return [{ principal, permission, resource }] of texts, and condition where one must hold",
  );
}
