import { expiringAuthorities, lastDays } from "../../../../cli/synth/expiring";
import type { Intent } from "../../../../intent/model/intent";

const withAuthorities = (...expires: readonly string[]) =>
  ({
    environment: "prod",
    gateway: { mutualTls: { certificates: expires.map((day) => ({ subject: `CN=${day}`, expires: day })) } },
  }) as unknown as Intent;
const today = new Date("2026-11-25T12:00:00Z");

test("an authority that ends within sixty days, or has ended, is told of with its day", () => {
  const lines = expiringAuthorities([withAuthorities("2026-11-01", "2027-01-24", "2027-01-25")], today);
  expect(lines).toEqual([
    expect.stringContaining("prod: the authority CN=2026-11-01 of gateway.mutualTls ends on 2026-11-01"),
    expect.stringContaining("CN=2027-01-24"),
  ]);
});

test("an environment that asks for no certificates has none that end", () => {
  expect(expiringAuthorities([{ environment: "dev", gateway: {} } as unknown as Intent], today)).toEqual([]);
});

test("each authority has its last day, however far it is", () => {
  expect(lastDays(withAuthorities("2026-11-01", "2049-01-24"))).toEqual([
    "gateway.mutualTls trusts CN=2026-11-01 until 2026-11-01, its last day in UTC",
    "gateway.mutualTls trusts CN=2049-01-24 until 2049-01-24, its last day in UTC",
  ]);
  expect(lastDays({ environment: "dev", gateway: {} } as unknown as Intent)).toEqual([]);
});
