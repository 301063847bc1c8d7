import { byId, element } from "./elements.js";
import { claimTable, requestPath } from "./steps.js";

/** Draws one request: the headline, the facts, its path, then what the token says. */
export function showDetails(request) {
  const article = byId("details");
  const open = [...article.querySelectorAll("details[open]")].map(({ dataset }) => dataset.key);
  article.replaceChildren(
    backToList(),
    element("p", { className: "path asked", text: `${request.method} ${request.path}` }),
    headline(request),
    facts(request),
    element("h3", { text: "Request path" }),
    requestPath(request),
    ...presented(request.presented),
  );
  for (const details of article.querySelectorAll("details")) {
    if (open.includes(details.dataset.key)) details.open = true;
  }
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

function facts({ id, startedAt, milliseconds, route, caller, traceCommand }) {
  const known = [
    ["Caller", caller],
    ["Route", route],
    ["Time", new Date(startedAt).toLocaleString()],
    ["Duration", milliseconds === undefined ? undefined : `${Math.round(milliseconds)} ms`],
    ["Request ID", id],
    ["In the logs", traceCommand],
  ].filter(([, value]) => value !== undefined);
  return element(
    "dl",
    { className: "facts" },
    ...known.map(([name, value]) =>
      element("div", {}, element("dt", { text: name }), element("dd", { text: String(value) })),
    ),
  );
}

function presented(claims) {
  return claims ? [element("h3", { text: "Claims in the caller's token, as sent" }), claimTable(claims)] : [];
}
