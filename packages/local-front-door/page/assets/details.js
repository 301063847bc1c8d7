import { byId, element } from "./elements.js";

/** Who goes by a rule of its own for each route. */
const RULES = { authorizer: "the policy's rule for", envoy: "what Envoy wants for" };

/** Draws one request: the verdict first, then its way, then what the tokens said. */
export function showDetails(request) {
  const article = byId("details");
  const open = [...article.querySelectorAll("details[open]")].map(({ dataset }) => dataset.key);
  article.replaceChildren(
    element("h2", {}, element("span", { className: "path", text: `${request.method} ${request.path}` })),
    verdict(request),
    element("p", { className: "facts", text: facts(request) }),
    element("h3", { text: "Its way" }),
    element("ol", { className: "hops" }, ...request.hops.map((each, index) => hop(each, index, request)), end(request)),
    ...claims("What the caller's token says (nobody has checked this before the authorizer)", request.presented),
  );
  for (const details of article.querySelectorAll("details")) {
    if (open.includes(details.dataset.key)) details.open = true;
  }
}

export function showNothing(text) {
  byId("details").replaceChildren(element("p", { className: "facts", text }));
}

function verdict({ status, refusal, hops }) {
  if (status === undefined) return element("p", { className: "verdict", text: "Under way" });
  if (status < 400) {
    return element("p", { className: "verdict yes" }, element("strong", { text: `${status}: let through` }));
  }
  const by = refusal && hops.find(({ at }) => at === refusal.at)?.title;
  return element(
    "p",
    { className: "verdict no" },
    element("strong", { text: by ? `${status}: refused by ${by}` : `${status}: the service's own answer` }),
    refusal && element("span", { text: sentence(refusal) }),
  );
}

function sentence({ reason, declaration }) {
  return declaration && !reason.includes(declaration) ? `${reason} · ${declaration}` : reason;
}

function facts({ id, startedAt, milliseconds, route, caller }) {
  return [
    new Date(startedAt).toLocaleString(),
    milliseconds !== undefined && `${milliseconds} ms`,
    route && `route ${route}`,
    caller && `caller ${caller}`,
    `request id ${id}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function hop({ allowed, at, checks, claims: said, declaration, reason, remark, title }, index, request) {
  const [word, mark, className] = remark
    ? ["note", "i", "remark"]
    : allowed
      ? ["passed", "✓", "yes"]
      : ["refused", "✗", "no"];
  return element(
    "li",
    { className, attributes: { "data-at": at } },
    element("span", { className: "mark", text: mark, attributes: { "aria-hidden": "true" } }),
    element(
      "h4",
      {},
      element("span", { text: `${title.replace(/^the /, "").replace(/^./, (first) => first.toUpperCase())}: ${word}` }),
    ),
    element("p", { text: reason }),
    remark ? undefined : element("p", { className: "checks", text: `looks at ${checks}` }),
    declaration ? declared(declaration, index) : undefined,
    RULES[at] && request.rule
      ? folded(`${RULES[at]} ${request.route}`, `rule ${index}`, readable(request.rule))
      : undefined,
    ...(said ? [folded("claims of the token it checked", `claims ${index}`, table(said))] : []),
  );
}

/** The declaration's own text, asked for when it is opened. */
function declared(address, index) {
  const text = element("pre", { text: "…", attributes: { tabindex: "0" } });
  const details = folded(address, `declaration ${index}`, text);
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
      element("span", { text: reached ? `The service answered ${status}` : "The service was not reached" }),
    ),
  );
}

function claims(title, said) {
  return said ? [element("h3", { text: title }), table(said)] : [];
}

function folded(title, key, ...children) {
  return element("details", { attributes: { "data-key": key } }, element("summary", { text: title }), ...children);
}

const TIMES = ["exp", "iat", "nbf", "auth_time"];

function table(said) {
  const rows = Object.entries(said).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const time = TIMES.includes(name) && Number.isFinite(value) ? ` (${new Date(value * 1000).toLocaleString()})` : "";
    return element(
      "tr",
      {},
      element("th", { text: name, attributes: { scope: "row" } }),
      element("td", {}, element("code", { text: `${text}${time}` })),
    );
  });
  return element("table", {}, element("tbody", {}, ...rows));
}
