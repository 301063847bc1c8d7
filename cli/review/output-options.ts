import { FORMATS } from "../../packages/terraform-access-review/formats";
import { type FailOn, reasonsIn } from "../../packages/terraform-access-review/report/fail-on";
import { usageError } from "../process/command-error";

/** `broadened,destroy` */
export function failOn(text: string | undefined): readonly FailOn[] {
  try {
    return reasonsIn(text);
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

/** The output format of a review. Default: for a terminal. */
export function formatOf(name = "terminal") {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format !== undefined) return format;
  throw usageError(`--format ${name}: expected one of ${Object.keys(FORMATS).join(", ")}`);
}
