import { isFields } from "./shape";

/** Like `texts`, but also within JSON in a string: a policy, or the configuration of a program. */
export function withinJson(value: unknown, replace: (text: string) => string): unknown {
  return texts(value, (text) => {
    const inner = /^\s*\{/.test(text) ? parsed(text) : undefined;
    return isFields(inner) ? JSON.stringify(keysAndTexts(inner, replace)) : replace(text);
  });
}

function keysAndTexts(value: unknown, replace: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => keysAndTexts(item, replace));
  if (!isFields(value)) return typeof value === "string" ? replace(value) : value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [replace(key), keysAndTexts(item, replace)] as const),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same value with each text in it replaced. */
function texts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((item) => texts(item, replace));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, texts(item, replace)]));
}
