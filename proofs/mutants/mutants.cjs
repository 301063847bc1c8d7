"use strict";
/** Small changes of a source text, each of which a test should notice. */
const { parse } = require("@babel/parser");

const OTHER_OPERATOR = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "&&": "||",
  "||": "&&",
  "??": "&&",
};
const OTHER_METHOD = { some: "every", every: "some" };
/**
 * Only strings without a space are changed: ids, names and paths. Sentences are for people, and tests do not assert
 * their wording.
 */
const NAME = /^[^\s]+$/;

/**
 * @param source TypeScript
 * @returns `{ line, kind, before, after, text }` each, `text` being the whole source with that one change
 */
function mutantsOf(source) {
  const found = [];
  const replace = (kind, { start, end, loc }, after) => {
    const before = source.slice(start, end);
    const text = source.slice(0, start) + after + source.slice(end);
    found.push({ line: loc.start.line, kind, before, after, text });
  };
  walk(parse(source, { sourceType: "module", plugins: ["typescript"] }).program, (node) =>
    visit(node, source, replace),
  );
  return found;
}

function visit(node, source, replace) {
  const text = ({ start, end }) => source.slice(start, end);
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression": {
      const other = OTHER_OPERATOR[node.operator];
      const isText = node.operator === "+" && [node.left, node.right].some(({ type }) => /String|Template/.test(type));
      if (other !== undefined && !isText) {
        // In parentheses, because two kinds of operators may not be mixed without them.
        replace("operator", node, `((${text(node.left)}) ${other} (${text(node.right)}))`);
      }
      break;
    }
    case "UnaryExpression":
      if (node.operator === "!") replace("negation", node, text(node.argument));
      break;
    case "IfStatement":
      for (const value of ["true", "false"]) replace("condition", node.test, value);
      break;
    case "ConditionalExpression":
      replace("condition", node.test, `!(${text(node.test)})`);
      break;
    case "BooleanLiteral":
      replace("boolean", node, String(!node.value));
      break;
    case "StringLiteral":
      if (NAME.test(node.value)) replace("name", node, JSON.stringify(`${node.value}~`));
      break;
    case "NumericLiteral":
      replace("number", node, String(node.value + 1));
      break;
    case "ArrayExpression":
      if (node.elements.length > 0) replace("list", node, "([] as never[])");
      break;
    case "CallExpression":
      visitCall(node, text, replace);
      break;
    case "ExpressionStatement":
      if (node.expression.type !== "StringLiteral") replace("statement", node, ";");
      break;
  }
}

function visitCall({ callee, arguments: given, ...node }, text, replace) {
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
  const { name } = callee.property;
  if (name === "filter") replace("filter", node, text(callee.object));
  if (Object.hasOwn(OTHER_METHOD, name)) {
    replace("method", node, `${text(callee.object)}.${OTHER_METHOD[name]}(${given.map(text).join(", ")})`);
  }
}

/** Types have no effect at run time, and an import's path has no alternative. */
const PASSED_OVER = /^(TS(?!As|Satisfies|NonNull)|Import|ExportAll)/;

function walk(node, see) {
  if (PASSED_OVER.test(node.type)) return;
  see(node);
  for (const [key, value] of Object.entries(node)) {
    if (key === "typeAnnotation" || key === "typeParameters" || key === "loc") continue;
    // A property's key is checked by types, so it is not changed.
    if (key === "key" && !node.computed) continue;
    for (const child of [value].flat()) if (child !== null && typeof child?.type === "string") walk(child, see);
  }
}

module.exports = { mutantsOf };
