/**
 * An element with text and children. Text is always set as text: paths, names and claims come from callers.
 *
 * @param {string} name
 * @param {{ className?: string, text?: string, attributes?: Record<string, string> }} [how]
 * @param {...(Node | undefined)} children
 */
export function element(name, how = {}, ...children) {
  const made = document.createElement(name);
  if (how.className) made.className = how.className;
  if (how.text !== undefined) made.textContent = how.text;
  for (const [key, value] of Object.entries(how.attributes ?? {})) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
}
