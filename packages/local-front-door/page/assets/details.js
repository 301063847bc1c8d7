import { byId, copyable, element, timeElement } from "./elements.js";
import { picture } from "./stations.js";
import { claimTable, requestPath } from "./steps.js";

/** Draws one request: the headline, a picture of its path, the facts, its steps, then what the token says. */
export function showDetails(request) {
  const article = byId("details");
  const focused = article.contains(document.activeElement) ? keyOf(document.activeElement) : undefined;
  const open = [...article.querySelectorAll("details[open]")].map(({ dataset }) => dataset.key);
  article.replaceChildren(
    backToList(),
    element("p", { className: "path asked", text: `${request.method} ${request.path}` }),
    headline(request),
    picture(request.stations),
    facts(request),
    ...steps(request),
    ...presented(request.presented),
  );
  for (const details of article.querySelectorAll("details")) {
    if (open.includes(details.dataset.key)) details.open = true;
  }
  if (focused !== undefined) focusable(article, focused)?.focus({ preventScroll: true });
}

/** The key of a part that can be opened or copied, to focus it again when the request is drawn again. */
function keyOf(focused) {
  return focused.closest("[data-key]")?.dataset.key;
}

function focusable(article, key) {
  const part = [...article.querySelectorAll("[data-key]")].find(({ dataset }) => dataset.key === key);
  return part?.querySelector(":scope > summary") ?? part;
}

export function showNothing(text) {
  byId("details").replaceChildren(element("p", { className: "hint", text }));
}

/** On a narrow screen the details are below the list. This button leads back to the list. */
function backToList() {
  const button = element("button", { className: "back", text: "Back to the list", attributes: { type: "button" } });
  button.addEventListener("click", () => {
    byId("requests").scrollIntoView();
    byId("list").querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
  });
  return button;
}

function headline({ headline: text, status }) {
  if (status === undefined) return element("h2", { className: "verdict", text: "In progress" });
  return element("h2", { className: `verdict ${status < 400 ? "yes" : "no"}`, text });
}

function facts({ id, startedAt, milliseconds, route, caller, traceCommand, callCommand }) {
  const known = [
    ["Caller", caller],
    ["Route", route],
    ["Time", timeElement(startedAt)],
    ["Duration", milliseconds === undefined ? undefined : `${Math.round(milliseconds)} ms`],
    ["Request ID", copyable(id, "the request ID")],
    ["In the logs", traceCommand && copyable(traceCommand, "the trace command")],
    ["Call again", callCommand && copyable(callCommand, "the curl command")],
  ].filter(([, value]) => value !== undefined);
  return element(
    "dl",
    { className: "facts" },
    ...known.map(([name, value]) => element("div", {}, element("dt", { text: name }), element("dd", {}, value))),
  );
}

function steps(request) {
  // A redirect to the sign-in page checks nothing.
  return request.steps.length === 0 ? [] : [element("h3", { text: "Request path" }), requestPath(request)];
}

function presented(claims) {
  return claims ? [element("h3", { text: "Claims in the caller's token, as sent" }), claimTable(claims)] : [];
}
