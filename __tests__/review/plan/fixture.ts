import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { changeOfPlan } from "../../../review/change/from-plan";
import type { ChangeModel } from "../../../review/change/model";
import type { SynthesizedState } from "../../../review/change/state";
import type { PlanJson } from "../../../review/plan/plan-json";

export const FIXTURES = join(__dirname, "fixtures");

/** One plan as Terraform wrote it, without the parts that nobody here reads, and what it was made from. */
export interface Fixture {
  readonly plan: PlanJson;
  readonly head: SynthesizedState;
  /** The synthesis that is deployed. */
  readonly base: SynthesizedState | "nothing" | undefined;
}

export function fixture(name: string): Fixture {
  return JSON.parse(brotliDecompressSync(readFileSync(join(FIXTURES, `${name}.json.br`))).toString("utf8")) as Fixture;
}

export function modelOf({ plan, head, base }: Fixture): ChangeModel {
  return changeOfPlan("dev", plan, { head, base });
}
