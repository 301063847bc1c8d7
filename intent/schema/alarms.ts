import * as z from "zod";
import { ALARM_KEYS, ALARMS, type AlarmFact, type AlarmKey } from "../model/alarm-table";
import { ALARM_ACTIONS } from "../model/limits";
import { TOPIC_ARN } from "../model/patterns";
import { either, integer, keys, list, text } from "./fields";

/** Leaves one alarm out. */
export const OFF = false;

const actions = list(
  text(TOPIC_ARN, {
    description: "One topic.",
    expected: "the exact ARN of an SNS topic (no wildcard)",
    example: "arn:aws:sns:eu-west-1:111122223333:on-call",
  }),
  {
    description: "SNS topics that are notified when an alarm fires. Default: alarms are visible only in CloudWatch.",
    expected: "a list of 1-5 topic ARNs (CloudWatch's limit per alarm)",
    example: ["arn:aws:sns:eu-west-1:111122223333:on-call"],
  },
  ALARM_ACTIONS,
);

function numberOf(key: AlarmKey) {
  const { threshold, max } = ALARMS[key];
  return integer(1, max, { description: threshold, example: exampleOf(key), limit: "the design's limit" });
}

function thresholdOf(key: AlarmKey) {
  const { threshold, max, preset } = ALARMS[key];
  return either([numberOf(key), z.literal(OFF)], {
    description: `${threshold} ${OFF}: no such alarm.`,
    expected: `a whole number from 1 to ${max}, or ${OFF}`,
    remedy: `write it as in ${exampleOf(key)}, or ${OFF} for no such alarm`,
    examples: [exampleOf(key), OFF],
  }).default(preset);
}

function exampleOf(key: AlarmKey): number {
  const { preset, example = 1 }: AlarmFact = ALARMS[key];
  return preset === OFF ? example : preset;
}

type Threshold = ReturnType<typeof thresholdOf>;

/** A secret that is rotated always has its alarm, so this one cannot be left out. */
type Rotation = "lateRotationDays";

const thresholds = Object.fromEntries(
  ALARM_KEYS.filter((key) => ALARMS[key].source.kind !== "rotation").map((key) => [key, thresholdOf(key)]),
) as Record<Exclude<AlarmKey, Rotation>, Threshold>;

export const alarms = keys(
  {
    actions: actions.optional(),
    ...thresholds,
    lateRotationDays: numberOf("lateRotationDays").default(ALARMS.lateRotationDays.preset),
  },
  "Alarms on the gateway and its authorizer, and where they are sent. {} is enough. Without it only rotated secrets have alarms. docs/how-to/alarms.md explains it.",
);
