/**
 * An element with text and children. Text is always set as text: paths, names and claims come from callers.
 *
 * @param {string} name
 * @param {{ className?: string, text?: string, attributes?: Record<string, string> }} [how]
 * @param {...(Node | string | undefined)} children
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

/**
 * A point in time, in the reader's own time zone and language. Every time on the page has this form; the date is left
 * out if it is today's.
 *
 * @param {number} at milliseconds since 1970
 */
export function timeElement(at) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const text = isToday ? date.toLocaleTimeString() : date.toLocaleString();
  const zone = { dateStyle: "full", timeStyle: "long" };
  const attributes = { datetime: date.toISOString(), title: date.toLocaleString(undefined, zone) };
  return element("time", { text, attributes });
}

/**
 * A text with a button that copies it.
 *
 * @param {string} text
 * @param {string} name what it is, for screen readers: `the request ID`
 */
export function copyable(text, name) {
  const word = element("span", { text: "Copy" });
  const button = element(
    "button",
    { className: "plain", attributes: { type: "button", "data-key": `copy ${name}` } },
    word,
    element("span", { className: "unseen", text: ` ${name}` }),
  );
  const value = element("code", { text });
  button.addEventListener("click", async () => {
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    // Without the clipboard, the reader's own keys copy what is selected.
    if (!done) getSelection()?.selectAllChildren(value);
    word.textContent = done ? "Copied" : "Selected";
    byId("said").textContent = `${word.textContent} ${name}`;
    setTimeout(() => {
      word.textContent = "Copy";
      byId("said").textContent = "";
    }, 2000);
  });
  return element("span", { className: "copyable" }, value, button);
}
