import { byId, element, timeElement } from "./elements.js";

/** The number of requests that the front door keeps. */
const MOST_ROWS = 200;

/** Labels for requests that did not go to the gateway. */
const DOORS = { cognito: "sign-in and tokens", "cloud-run": "not through the gateway" };

/** The list of requests, newest first. The chosen one is shown in full. */
export class RequestList {
  rows = new Map();
  chosen = undefined;

  constructor(onChoice) {
    this.onChoice = onChoice;
    this.list = byId("list");
    this.list.addEventListener("keydown", (event) => this.move(event));
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
    byId("filter").addEventListener("input", (event) => {
      if (event.target.id !== "follow") this.show();
    });
    byId("show-sign-in").addEventListener("click", () => {
      byId("sign-in").click();
      this.chooseNewest();
      this.list.querySelector('[tabindex="0"]')?.focus();
    });
  }

  clear() {
    this.rows.clear();
    this.list.replaceChildren();
    this.chosen = undefined;
    this.show();
  }

  /** Adds new requests, and updates known ones that have changed. Expects the oldest first. */
  take(requests) {
    for (const request of requests) {
      const before = this.rows.get(request.id);
      const row = rowOf(request);
      row.firstChild.addEventListener("click", () => this.choose(request.id, true));
      if (before === undefined) this.list.prepend(row);
      else {
        const hadFocus = before.row.contains(document.activeElement);
        before.row.replaceWith(row);
        if (hadFocus) row.firstChild.focus({ preventScroll: true });
      }
      this.rows.set(request.id, { request, row });
    }
    for (const [id, { row }] of this.rows) {
      if (this.rows.size <= MOST_ROWS) break;
      if (id === this.chosen) continue;
      row.remove();
      this.rows.delete(id);
    }
    this.show();
    if (byId("follow").checked) this.chooseNewest();
    else if (requests.some(({ id }) => id === this.chosen)) this.onChoice(this.chosen, false);
  }

  chooseNewest() {
    const newest = this.visible()[0];
    if (newest !== undefined) this.choose(newest.dataset.id, false);
  }

  choose(id, byPerson) {
    if (byPerson) byId("follow").checked = false;
    this.chosen = id;
    this.mark();
    this.onChoice(id, byPerson);
  }

  visible() {
    return [...this.list.children].filter((row) => !row.hidden);
  }

  show() {
    const words = byId("text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [refusedOnly, signIn] = [byId("refused").checked, byId("sign-in").checked];
    const rows = [...this.rows.values()];
    for (const { request, row } of rows) {
      const text = row.textContent.toLowerCase();
      const isLeftOut = (refusedOnly && !(request.status >= 400)) || (!signIn && request.door === "cognito");
      row.hidden = isLeftOut || !words.every((word) => text.includes(word));
    }
    const atUserPool = rows.filter(({ request }) => request.door === "cognito").length;
    this.showEmpty(rows.length === (signIn ? 0 : atUserPool), atUserPool);
    byId("none").hidden = rows.some(({ row }) => !row.hidden);
    this.mark();
  }

  /** Until there is a call, the page shows one to try instead of an empty list. */
  showEmpty(isEmpty, atUserPool) {
    document.body.classList.toggle("empty", isEmpty);
    byId("hidden").hidden = atUserPool === 0;
    byId("show-sign-in").textContent = `Show sign-in and token requests (${atUserPool})`;
  }

  /** Lets the tab key reach one row: the chosen one, or the first. */
  mark() {
    const rows = this.visible();
    const current = rows.find((row) => row.dataset.id === this.chosen) ?? rows[0];
    for (const row of this.list.children) {
      const button = row.firstChild;
      button.tabIndex = row === current ? 0 : -1;
      button.setAttribute("aria-current", String(row.dataset.id === this.chosen));
    }
  }

  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.step(step);
  }

  step(step) {
    const rows = this.visible();
    const at = rows.findIndex((row) => row.dataset.id === this.chosen);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    if (next === undefined) return;
    this.choose(next.dataset.id, true);
    next.firstChild.focus();
  }
}

function rowOf({ id, method, path, status, startedAt, caller, refusedAt, door }) {
  const outcome = status === undefined ? "" : status < 400 ? "yes" : "no";
  const by = [refusedAt && `refused by ${refusedAt}`, caller, DOORS[door]];
  return element(
    "li",
    { attributes: { "data-id": id } },
    element(
      "button",
      { attributes: { type: "button" } },
      element("span", { className: `status ${outcome}`, text: status === undefined ? "…" : String(status) }),
      element("span", { className: "path", text: `${method} ${path}` }),
      timeElement(startedAt),
      element("span", { className: "by", text: by.filter(Boolean).join(" · ") }),
    ),
  );
}
