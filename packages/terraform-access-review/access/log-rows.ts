import type { AccessRow } from "../model/row";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";

/** The contents of a log bucket with readers, by the filter of each sink. */
export function routedRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "google_logging_project_sink").map((sink) => {
    const { filter, destination, disabled } = sink.attributes;
    const resource = readable(stack, destination).replace(/^logging\.googleapis\.com\//, "");
    return {
      principal: inWords(sink),
      permission: disabled === true ? "DENY the copying of logs" : "copy logs",
      resource,
      condition: filter === undefined || filter === "" ? "EVERY LOG OF THE PROJECT" : String(filter),
      terms: { permits: filter === undefined || filter === "" ? ["every log"] : admitted(String(filter)) },
    };
  });
}

/** `("a" OR "b")` and `^(a|b)…$` admit two values each, whatever the surrounding text. */
function admitted(filter: string): readonly string[] {
  return filter.split(/(?<=\)) OR (?=\()/).flatMap((alternative) => {
    const names = [...alternative.matchAll(/=\(((?:"[^"]*"(?: OR )?)+)\)|\^\(([^()]*)\)/g)];
    const around = names.reduce((text, [whole]) => text.replace(whole, "…"), alternative);
    const listed = names.flatMap(([, quoted, bare]) =>
      quoted === undefined ? (bare ?? "").split("|") : [...quoted.matchAll(/"([^"]*)"/g)].map(([, name = ""]) => name),
    );
    return [around, ...listed.map((name) => `${around} ${name}`)];
  });
}
