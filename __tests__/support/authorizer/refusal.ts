import { Refusal } from "../../../functions/authorizer/request/outcome";

/** The decision and reason with which something is refused; fails where it is not. */
export async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) return `${error.decision} ${error.reason}`;
    throw error;
  }
  throw new Error("nothing was refused");
}
