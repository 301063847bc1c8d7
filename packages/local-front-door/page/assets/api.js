/* global SwaggerUIBundle */
import { byId, element } from "./elements.js";

const NO_TOKEN = "no token";
const KEY = keyOfDoor();
/** The declared caller whose token each call carries. */
let caller;

followDarkSetting();
show(await (await fetch("api.json")).json());

function show({ title, callers, document: api }) {
  document.title = `API · front door ${title}`;
  byId("door").textContent = `front door ${title}`;
  byId("version").textContent = `version ${api.info.version}`;
  offer(callers);
  SwaggerUIBundle({
    spec: api,
    domNode: byId("api"),
    deepLinking: true,
    displayRequestDuration: true,
    requestInterceptor: withToken,
    // No other host is called, neither a validator nor the document's own links.
    validatorUrl: null,
    queryConfigEnabled: false,
  });
}

/** The printed address has the key in its fragment. Swagger UI uses the fragment for routes, so it is kept for this tab. */
function keyOfDoor() {
  const [, key] = /^#key=([\w-]+)$/.exec(location.hash) ?? [];
  if (key !== undefined) {
    sessionStorage.setItem("key", key);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("key");
}

function followDarkSetting() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  follow();
  dark.addEventListener("change", follow);
}

function offer(callers) {
  if (KEY === null) {
    byId("chosen").textContent =
      "To call as a declared caller, open the address that npm run local prints after “api:”.";
    return;
  }
  byId("choices").replaceChildren(...[NO_TOKEN, ...callers].map(choice));
  mark(NO_TOKEN);
}

function choice(name) {
  const button = element("button", { text: name, attributes: { type: "button" } });
  button.addEventListener("click", () => choose(name));
  return button;
}

/** Gets a token at once, so that a fault appears here and not at the first call. */
async function choose(name) {
  try {
    if (name !== NO_TOKEN) await tokenOf(name);
    caller = name === NO_TOKEN ? undefined : name;
    mark(name);
  } catch (error) {
    byId("chosen").textContent = error.message;
  }
}

function mark(name) {
  for (const button of byId("choices").children) button.setAttribute("aria-pressed", button.textContent === name);
  byId("chosen").textContent =
    name === NO_TOKEN
      ? "Calls carry the token that you pasted below, or none."
      : `Each call carries a new token of ${name}.`;
}

async function tokenOf(name) {
  const headers = { authorization: `Bearer ${KEY}` };
  const response = await fetch("token", { method: "POST", headers, body: name });
  if (response.ok) return response.text();
  throw new Error((await response.json()).message);
}

/** A new one for each call: the door's keys change whenever it opens again, and tokens of AWS principals soon expire. */
async function withToken(request) {
  if (caller !== undefined) request.headers.Authorization = `Bearer ${await tokenOf(caller)}`;
  return request;
}
