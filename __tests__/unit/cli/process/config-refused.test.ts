import { annotations, ConfigRefused } from "../../../../cli/process/config-refused";
import type { Problem } from "../../../../intent/model/problem";

const PROBLEM: Problem = {
  ...{ file: "config/prod.yaml", line: 14, column: 7, path: "services.orders.scaling.max" },
  message: "got 2000, expected at most 1000",
  remedy: "lower it",
  reference: "docs/reference/config.md#services.scaling.max",
};
const HERE = { root: "/repo", workspace: "/repo" };

const commandsOf = (problem: Partial<Problem>, checkout = HERE) =>
  annotations(new ConfigRefused("text", [{ ...PROBLEM, ...problem }]), checkout);

test("each problem is an annotation at its line, with its remedy and reference", () => {
  const refused = new ConfigRefused("text", [
    PROBLEM,
    { ...PROBLEM, path: "", line: 1, column: 1, reference: undefined },
  ]);
  expect(annotations(refused, HERE)).toEqual([
    "::error file=config/prod.yaml,line=14,col=7,title=services.orders.scaling.max::" +
      "got 2000, expected at most 1000%0Alower it%0Adocs/reference/config.md#services.scaling.max",
    "::error file=config/prod.yaml,line=1,col=1,title=config::got 2000, expected at most 1000%0Alower it",
  ]);
});

test("a text from config stays within its annotation, whatever characters it has", () => {
  const text = "100%\u001b\n::error::x\n%0A::add-mask::y: a, b";
  const [command = "", ...others] = commandsOf({ path: text, message: text, remedy: "", reference: undefined });
  expect(others).toEqual([]);
  expect(command.split(/(?<=^::error .*?)::/s)).toEqual([
    "::error file=config/prod.yaml,line=14,col=7," +
      "title=100%25\\u001b%0A%3A%3Aerror%3A%3Ax%0A%250A%3A%3Aadd-mask%3A%3Ay%3A a%2C b",
    "100%25\\u001b%0A",
    "error",
    "x%0A%250A",
    "add-mask",
    "y: a, b%0A",
  ]);
});

test("a project below the repository's folder has its files from there, and one elsewhere its own", () => {
  const fileAt = (root: string) => /file=([^,]*)/.exec(commandsOf({}, { root, workspace: "/repo" })[0] ?? "")?.[1];
  expect(["/repo", "/repo/shop", "/other"].map(fileAt)).toEqual([
    "config/prod.yaml",
    "shop/config/prod.yaml",
    "config/prod.yaml",
  ]);
});
