import type { Attributes } from "../terraform-json/stack-json";

/** How safe a value is, among those of one attribute: more is safer. `NaN`: unknown, so each other value may be weaker. */
export type Strength = (value: unknown, attributes: Attributes) => number;

/** `true` is safer, and a missing attribute counts as false. */
export const on: Strength = (value) => (value === true ? 1 : 0);
/** Any value is safer than none. Says nothing about another value: a type that uses it must not cover such a change. */
export const present: Strength = (value) => (value ? 1 : 0);
/** One text is the safe one. */
export const is =
  (safe: string): Strength =>
  (value) =>
    value === safe ? 1 : 0;
/** From the weakest to the strongest; the strength of any other value is unknown. */
export const ranked =
  (...values: readonly string[]): Strength =>
  (value) => {
    const rank = values.indexOf(String(value));
    return rank < 0 ? Number.NaN : rank;
  };
/** If none is set, the provider's default counts. */
export const higher =
  (preset: number): Strength =>
  (value) =>
    Number(value ?? preset);
/** Only an explicit false is weaker: the cloud's default is true. */
export const unlessOff: Strength = (value) => (value === false ? 0 : 1);
/** Only an explicit true is weaker: the cloud's default is false. */
export const unlessOn: Strength = (value) => (value === true ? 0 : 1);
/** A throttle: -1 means no limit, as does an unset value. */
export const lowerThrottle: Strength = (value) =>
  Number(value ?? -1) >= 0 ? -Number(value) : Number.NEGATIVE_INFINITY;
/** Interval of reminders, in seconds: shorter is safer; unset means no reminders. */
export const shorterInterval: Strength = (value) =>
  value ? -Number.parseInt(String(value), 10) : Number.NEGATIVE_INFINITY;
/** A time for which a browser remembers an answer: shorter is safer; unset means seconds. */
export const shorter: Strength = (value) => -Number(value ?? 0);
/** 0 means forever. */
export const longerRetention: Strength = (value) =>
  Number(value ?? 0) === 0 ? Number.POSITIVE_INFINITY : Number(value);

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** Cognito's default lifetimes of tokens, in seconds, for no value or 0, whatever the unit. */
const DEFAULT_LIFE = { access_token: 3600, id_token: 3600, refresh_token: 30 * 86_400 } as const;

/** Shorter is safer. Without a unit, Cognito assumes hours for access and ID tokens, days for refresh tokens. */
export const life =
  (token: "access_token" | "id_token" | "refresh_token"): Strength =>
  (value, { token_validity_units }) => {
    const units = [token_validity_units ?? {}].flat()[0]?.[token] ?? (token === "refresh_token" ? "days" : "hours");
    if (!value) return -DEFAULT_LIFE[token];
    return -Number(value) * (SECONDS[units] ?? Number.POSITIVE_INFINITY);
  };
