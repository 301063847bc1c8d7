import { Refusal } from "../../../functions/authorizer/request/outcome";

/** Returns decision and reason of a refusal. Fails if the call is not refused. */
export async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) return `${error.decision} ${error.reason}`;
    throw error;
  }
  throw new Error("nothing was refused");
}
