import type { Edit } from "./edits";
import { base } from "./edits";

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON, changed as a person would
type Json = any;

export type StackEdit = (stack: Json) => void;

/** Another address for one resource, and the block that says so: `previousName` makes the same. */
export function moved(from: string, to: string): StackEdit {
  return (stack) => {
    const [type = "", old = ""] = from.split(".");
    const [, young = ""] = to.split(".");
    const text = JSON.stringify(stack.resource).replaceAll(`${from}.`, `${to}.`).replaceAll(`"${from}"`, `"${to}"`);
    stack.resource = JSON.parse(text);
    stack.output = JSON.parse(JSON.stringify(stack.output).replaceAll(`${from}.`, `${to}.`));
    stack.resource[type][young] = stack.resource[type][old];
    delete stack.resource[type][old];
    stack.moved = [{ from, to }];
  };
}

/** Taken out of the configuration and left in the cloud. */
export function forget(address: string): StackEdit {
  return (stack) => {
    const [type = "", name = ""] = address.split(".");
    delete stack.resource[type][name];
    if (Object.keys(stack.resource[type]).length === 0) delete stack.resource[type];
    // Lists of what comes first, or what else is replaced then, name it without braces.
    stack.resource = without(stack.resource, address);
    stack.removed = [{ from: address, lifecycle: { destroy: false } }];
  };
}

function without(value: Json, address: string): Json {
  if (Array.isArray(value)) return value.filter((item) => item !== address).map((item) => without(item, address));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, without(item, address)]));
}

export function importing(to: string, id: string): StackEdit {
  return (stack) => {
    stack.import = [{ to, id }];
  };
}

/** The functions' own code changed, and no policy: only hashes move. */
export const otherCode: StackEdit = (stack) => {
  for (const name of ["callers", "public"]) {
    stack.resource.aws_lambda_function[name].source_code_hash = "vcJ8tq3yOGH2MEVGvGWSKLvXfRbmmR1QJ6gmZMkbQ7c=";
  }
  stack.resource.aws_apigatewayv2_stage.gateway.stage_variables.policy = "bdc27cb6adf23861";
};

/** Resources and the keys of each, the other way round: the same stack. */
export const inOtherOrder: StackEdit = (stack) => {
  stack.resource = turned(stack.resource);
};

function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turned(item)]),
  );
}

/** Two hundred and eighty routes more, in one order or the other. */
export function manyRoutes(order: "up" | "down"): Edit {
  const lines = Array.from({ length: 280 }, (_, index) => `      GET /shelves/s${index}: public\n`);
  const text = (order === "up" ? lines : lines.reverse()).join("");
  return base("      GET /products: public\n", `${text}      GET /products: public\n`);
}
