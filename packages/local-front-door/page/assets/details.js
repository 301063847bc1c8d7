import { byId, copyable, element, timeElement } from "./elements.js";

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

/** Stand-ins that decide by a rule for each route. */
const RULES = { authorizer: "Policy rule for", envoy: "Envoy's rule for" };

/** Draws the stand-ins that handled a request, each within the one that called it, and the outcome. */
function requestPath(request) {
  const keys = new Keys();
  return element(
    "ol",
    { className: "steps" },
    ...request.steps.map((step) => stepItem(step, request, keys)),
    end(request),
  );
}

/** Numbers the parts that can be opened, so that they stay open when the request is drawn again. */
class Keys {
  last = 0;
  next() {
    this.last += 1;
    return String(this.last);
  }
}

function isStep(entry) {
  return "entries" in entry;
}

function stepItem(step, request, keys) {
  const hops = step.entries.filter((entry) => !isStep(entry));
  const [word, mark, className] = hops.some(({ allowed }) => !allowed)
    ? ["refused", "✗", "no"]
    : hops.some(({ remark }) => !remark)
      ? ["passed", "✓", "yes"]
      : ["note", "i", "remark"];
  const parts = groups(step.entries).map((group) =>
    isStep(group[0])
      ? element("ol", {}, ...group.map((each) => stepItem(each, request, keys)))
      : element("div", { className: "decided" }, ...group.flatMap((each) => hopParts(each, step, request, keys))),
  );
  return element(
    "li",
    { className, attributes: { "data-at": step.at } },
    element("span", { className: "mark", text: mark, attributes: { "aria-hidden": "true" } }),
    element("h4", {}, element("span", { className: "who", text: `${nameOf(step)}: ${word}` }), duration(step)),
    element("p", { className: "checks", text: `Checks ${step.checks}` }),
    ...parts,
  );
}

/** Groups neighbours of one kind, in order. */
function groups(entries) {
  const found = [];
  for (const entry of entries) {
    const last = found.at(-1);
    if (last !== undefined && isStep(last[0]) === isStep(entry)) last.push(entry);
    else found.push([entry]);
  }
  return found;
}

function nameOf({ title }) {
  return title.replace(/^the /, "").replace(/^./, (first) => first.toUpperCase());
}

function duration({ milliseconds }) {
  if (milliseconds === undefined) return undefined;
  return element("span", {
    className: "took",
    text: milliseconds < 1 ? "under 1 ms" : `${Math.round(milliseconds)} ms`,
  });
}

function hopParts({ allowed, claims, declaration, reason, remark }, { at }, request, keys) {
  const decided = !remark && !allowed ? "reason no" : "reason";
  const rule = RULES[at] && !remark && request.rule;
  return [
    element("p", { className: decided, text: remark ? `Note: ${reason}` : reason }),
    declaration && declared(declaration, request.declaredAt[declaration], keys.next()),
    rule ? folded(`${RULES[at]} ${request.route}`, keys.next(), readable(rule)) : undefined,
    claims && folded("Claims of the token that was checked", keys.next(), claimTable(claims)),
  ].filter(Boolean);
}

/** Shows the declaration's own text, which is fetched when it is opened. `line`: where it comes from, if that is known. */
function declared(address, line, key) {
  const text = element("pre", { text: "…", attributes: { tabindex: "0" } });
  const place = line === undefined ? [] : [element("p", { className: "reason", text: `From ${line}` })];
  const details = folded(address, key, ...place, text);
  details.addEventListener("toggle", async () => {
    if (!details.open || text.textContent !== "…") return;
    const response = await fetch(`declaration?address=${encodeURIComponent(address)}`).catch(() => undefined);
    text.textContent = response?.ok
      ? JSON.stringify(await response.json(), undefined, 2)
      : "The stack has no such declaration.";
  });
  return details;
}

function readable(value) {
  return element("pre", { text: JSON.stringify(value, undefined, 2), attributes: { tabindex: "0" } });
}

function end({ door, hops, status }) {
  if (status === undefined || door === "cognito") return undefined;
  const said = (place, answer) => hops.some(({ at, allowed, remark }) => at === place && !remark && allowed === answer);
  const reached = said("cloud-run", true) && !said("envoy", false);
  return element(
    "li",
    { className: "end" },
    element("span", { className: "mark", text: reached ? "✓" : "–", attributes: { "aria-hidden": "true" } }),
    element(
      "h4",
      {},
      element("span", { text: reached ? `The service answered ${status}` : "The service was not called" }),
    ),
  );
}

function folded(title, key, ...children) {
  return element("details", { attributes: { "data-key": key } }, element("summary", { text: title }), ...children);
}

const TIMES = ["exp", "iat", "nbf", "auth_time"];

/** Whether a claim is seconds since 1970 that a date can have. */
function isTime(value) {
  return Number.isFinite(value) && Math.abs(value) <= 8.64e12;
}

function claimTable(claims) {
  const rows = Object.entries(claims).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const time = TIMES.includes(name) && isTime(value) ? [" (", timeElement(value * 1000), ")"] : [];
    return element(
      "tr",
      {},
      element("th", { text: name, attributes: { scope: "row" } }),
      element("td", {}, element("code", { text }, ...time)),
    );
  });
  return element("table", { className: "claims" }, element("tbody", {}, ...rows));
}

const WORDS = { passed: "passed", refused: "refused", called: "called", "not-called": "not called" };
const MARKS = { passed: "✓", refused: "✗", called: "•", "not-called": "–" };

/** Draws the parts on a request's path, from the caller to the service. The part that determined the answer is marked. */
function picture(stations) {
  return element(
    "ol",
    { className: "stations", attributes: { "aria-label": "From the caller to the answer" } },
    ...stations.map(stationItem),
  );
}

function stationItem({ id, title, detail, state, decided }) {
  const word = decided ? (state === "refused" ? "refused here" : "answered") : WORDS[state];
  return element(
    "li",
    { className: `station ${state ?? "asks"}${decided ? " decided" : ""}`, attributes: { "data-station": id } },
    element("strong", { text: title }),
    detail === undefined ? undefined : element("span", { className: "detail" }, ...breakable(detail)),
    word === undefined
      ? undefined
      : element(
          "span",
          { className: "word" },
          element("span", { text: `${MARKS[state]} `, attributes: { "aria-hidden": "true" } }),
          element("span", { text: word }),
        ),
  );
}

/** A long name breaks behind a slash first. */
function breakable(name) {
  return name.split(/(?<=\/)/).flatMap((part) => [part, element("wbr")]);
}
