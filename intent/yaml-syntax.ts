import type { YAMLError } from "yaml";

/** A parser's complaint in the words of ours, with a remedy for the mistakes people make most. */
export function syntaxFault(error: YAMLError): { message: string; remedy: string } {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return {
        message: "got a tab, expected spaces (YAML allows no tabs in indentation)",
        remedy: "indent with spaces",
      };
    case "MISSING_CHAR":
      return {
        message: `got no valid YAML: ${firstLine(error.message)}`,
        remedy: 'correct the syntax at this place; within { } a route key wants quotes, as in "GET /orders/{id}"',
      };
    default:
      return { message: `got no valid YAML: ${firstLine(error.message)}`, remedy: "correct the syntax at this place" };
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
