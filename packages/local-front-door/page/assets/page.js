import { showDetails, showNothing } from "./details.js";
import { byId, copyable, element } from "./elements.js";
import { RequestList } from "./list.js";

let door = "";
let version = 0;
let asked = 0;

/** As in page.css: below this width the details are under the list. */
const narrow = matchMedia("(max-width: 50rem)");

const list = new RequestList(async (id, byPerson) => {
  asked += 1;
  const mine = asked;
  const response = await fetch(`request?id=${encodeURIComponent(id)}`).catch(() => undefined);
  if (mine !== asked) return; // Another request was chosen in the meantime.
  if (response?.ok) showDetails(await response.json());
  else showNothing("This request is no longer kept. The front door keeps the last 200.");
  if (byPerson && narrow.matches) byId("details").scrollIntoView();
});

byId("follow").addEventListener("change", (event) => event.target.checked && list.chooseNewest());
document.addEventListener("keydown", onKey);
showNothing("Choose a request to see why it was allowed or refused.");
listen();

function onKey(event) {
  const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing && event.key === "Escape") return list.step(0);
  if (typing) return;
  if (event.key === "/") {
    event.preventDefault();
    byId("text").focus();
  }
  if (event.key === "f") byId("follow").click();
  if (event.key === "r") byId("refused").click();
  if (event.key === "s") byId("sign-in").click();
  if (event.target === document.body && (event.key === "ArrowDown" || event.key === "ArrowUp")) list.move(event);
}

/** Polls for changes. The server answers when there are some. */
async function listen() {
  for (;;) {
    try {
      const response = await fetch(`requests?door=${door}&after=${version}`);
      if (!response.ok) throw new Error(`status ${response.status}`);
      take(await response.json());
    } catch {
      byId("status").textContent = "The front door is closed. This page reconnects when it opens.";
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

function take(news) {
  if (news.door !== door) {
    // The front door was opened again after a change of the config, so earlier requests are gone.
    door = news.door;
    list.clear();
    document.title = `Why? · front door ${news.title}`;
    byId("environment").textContent = `front door ${news.title}`;
    byId("api").hidden = !news.api;
    showFirstCall(news.firstCall);
    showDeviations(news);
    showNothing("Choose a request to see why it was allowed or refused.");
  }
  version = news.version;
  if (news.requests.length > 0) list.take(news.requests);
  byId("status").textContent = `${news.total} ${news.total === 1 ? "request" : "requests"}`;
}

/** @param command a call to begin with, if the front door knows one */
function showFirstCall(command) {
  const text =
    command === undefined
      ? "In a terminal, paste one of the curl commands that the front door printed."
      : "Paste this into a terminal in the project's folder:";
  byId("try").replaceChildren(element("p", { text }), ...(command ? [copyable(command, "the curl command")] : []));
}

function showDeviations({ deviations, notSimulated }) {
  const listed = (texts) => element("ul", {}, ...texts.map((text) => element("li", { text })));
  const summary = `Not simulated, because no request depends on it: ${notSimulated.length}`;
  byId("deviations").hidden = deviations.length + notSimulated.length === 0;
  byId("deviations").replaceChildren(
    ...(deviations.length > 0 ? [element("strong", { text: "Differs from the stack:" }), listed(deviations)] : []),
    ...(notSimulated.length > 0
      ? [element("details", {}, element("summary", { text: summary }), listed(notSimulated))]
      : []),
  );
}
