import { Quota } from "../../../../../packages/local-front-door/gateway/rest/usage-plans";

const moments = (...dates: readonly string[]) => dates.map((date) => Date.parse(`${date}:00Z`));

test("a quota starts again with each period, in UTC", () => {
  const periods = {
    DAY: moments("2026-01-01T23:59", "2026-01-01T00:00", "2026-01-02T00:00"),
    // A Saturday, and the Sunday after it.
    WEEK: moments("2026-01-03T23:59", "2026-01-03T00:00", "2026-01-04T00:00"),
    MONTH: moments("2025-12-31T23:59", "2025-12-01T00:00", "2026-01-01T00:00"),
  };
  for (const [period, times] of Object.entries(periods)) {
    const quota = new Quota(1, period as keyof typeof periods, "x");
    expect([period, ...times.map((time) => quota.take(time))]).toEqual([period, true, false, true]);
  }
});
