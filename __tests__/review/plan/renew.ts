import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { CASES } from "./cases";
import { PlanMaker } from "./plan-maker";

/** `npm run fixtures [-- name…]`: makes the committed plans anew, with the Terraform of this machine. */
const here = join(process.cwd(), "__tests__", "review", "plan");
const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(CASES);
const maker = new PlanMaker(join(here, "config"));
try {
  for (const name of names) {
    const found = CASES[name];
    if (found === undefined) throw new Error(`no case is called ${name}: ${Object.keys(CASES).join(", ")}`);
    const text = brotliCompressSync(JSON.stringify(maker.make(found)));
    writeFileSync(join(here, "fixtures", `${name}.json.br`), text);
    console.log(`${name}: ${text.length} bytes`);
  }
} finally {
  maker.remove();
}
