import { StackError } from "../../terraform/document";
import { TemplateReader } from "./template-reader";
import type { Condition, Expression, TemplateNode } from "./template-syntax";

/** What a template is given. */
export interface TemplateInput {
  /** Exactly the header of this name; undefined without one. */
  header(name: string): string | undefined;
}

export interface TemplateResult {
  readonly text: string;
  /** `$context.responseOverride.header.X`. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * A template of Velocity's language, as far as the stack uses it: `#set`, `#if`, `#else`, `==`, `!=`, `!`, `&&`, `||`,
 * texts, variables, a request's header and the override of a response's. Whatever else is in one is an error.
 * https://velocity.apache.org/engine/1.7/user-guide.html
 */
export class Template {
  private readonly nodes: readonly TemplateNode[];

  constructor(source: string, address: string) {
    this.nodes = new TemplateReader(source, (message) => new StackError(address, message)).read();
  }

  render(input: TemplateInput): TemplateResult {
    const variables = new Map<string, string>();
    const headers = new Map<string, string>();
    let text = "";
    const resolved = (expression: Expression): string | undefined => {
      if ("text" in expression) return expression.text;
      return "header" in expression ? input.header(expression.header) : variables.get(expression.variable);
    };
    const holds = (condition: Condition): boolean => {
      switch (condition.kind) {
        case "not":
          return !holds(condition.of);
        case "and":
          return condition.all.every(holds);
        case "or":
          return condition.all.some(holds);
        case "there":
          return resolved(condition.of) !== undefined;
        case "equal": {
          const [one, other] = [resolved(condition.one), resolved(condition.other)];
          // Nothing equals what is not there.
          return one !== undefined && one === other;
        }
      }
    };
    const run = (nodes: readonly TemplateNode[]): void => {
      for (const node of nodes) {
        if (node.kind === "text") text += node.text;
        else if (node.kind === "if") run(holds(node.when) ? node.then : node.otherwise);
        else {
          const value = resolved(node.value);
          // Setting to what is not there leaves a variable as it was.
          if (value === undefined) continue;
          if ("variable" in node.target) variables.set(node.target.variable, value);
          else headers.set(node.target.overriddenHeader, value);
        }
      }
    };
    run(this.nodes);
    return { text, headers };
  }
}
