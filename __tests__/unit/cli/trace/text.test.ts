import type { Story, StoryEvent } from "../../../../cli/trace/model";
import { storyJson, storyText } from "../../../../cli/trace/trace";
import { AT } from "../../../support/trace/lines";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";
const event = (at: StoryEvent["at"], startedAt: number, more: Partial<StoryEvent> = {}): StoryEvent => ({
  ...{ at, startedAt: AT + startedAt, text: at, joined: { exact: true, by: "request id" }, log: "x" },
  ...more,
});
const STORY: Story = {
  environment: "dev",
  requestId: "JKJaXmPLvHcESHA=",
  route: "GET /orders",
  status: 403,
  startedAt: AT,
  milliseconds: 900,
  who: "customers/web",
  why: "needs orders/write",
  place: "config/base.yaml:49",
  events: [
    event("authorizer", -30_000, { milliseconds: 12.3, filledTheCache: true, joined: { exact: false, by: "a guess" } }),
    event("gateway", 0, { milliseconds: 900 }),
    event("cloud-run", 400, { milliseconds: 30 }),
    event("service", 700),
  ],
  notes: ["a note"],
  unread: [{ half: "CloudWatch", message: "denied", remedy: "sign in" }],
};

test("the story has who, why and ids, then each line with time, offset, duration, gap and its join", () => {
  expect(storyText(STORY).split("\n")).toEqual([
    "dev:  GET /orders  403  900 ms",
    "who: customers/web",
    "why: needs orders/write; config/base.yaml:49",
    "request id JKJaXmPLvHcESHA=",
    "",
    "09:59:30.000     -30 s    12 ms  authorizer  authorizer",
    "                                             joined by (inexact) a guess",
    "10:00:00.000     +0 ms   900 ms  gateway     gateway",
    "                                             joined by request id",
    "              400 ms without a line",
    "10:00:00.400   +400 ms    30 ms  Cloud Run   cloud-run",
    "                                             joined by request id",
    "              270 ms without a line",
    "10:00:00.700   +700 ms           service     service",
    "                                             joined by request id",
    "",
    "note: a note",
    "CloudWatch could not be read: denied",
    "    sign in",
  ]);
});

test("neither form contains a token or a terminal control character from a log", () => {
  const hostile = `\u001b[2J\r\n\u202e${TOKEN} ${encodeURIComponent(TOKEN)} ya29.abc`;
  const story = {
    ...STORY,
    why: hostile,
    who: hostile,
    events: [event("service", 0, { text: hostile })],
    notes: [hostile],
  };
  for (const text of [storyText(story), storyJson(story)]) {
    expect(text).not.toMatch(/eyJ|ya29|c2lnbmF0dXJl/);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).toContain("(token withheld)");
  }
});

test("the JSON has a version, times in ISO 8601, and everything that the text has", () => {
  const { events, ...json } = JSON.parse(storyJson(STORY));
  expect(json).toMatchObject({
    ...{ version: 1, environment: "dev", requestId: "JKJaXmPLvHcESHA=", status: 403, who: "customers/web" },
    ...{ why: "needs orders/write", startedAt: "2026-11-28T10:00:00.000Z", notes: ["a note"], unread: STORY.unread },
  });
  expect(events[0]).toEqual({
    startedAt: "2026-11-28T09:59:30.000Z",
    ...{ at: "authorizer", text: "authorizer", milliseconds: 12.3, filledTheCache: true, log: "x" },
    joined: { exact: false, by: "a guess" },
  });
});
