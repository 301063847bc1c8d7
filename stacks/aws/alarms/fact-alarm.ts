import type { Construct } from "constructs";
import type { AlarmFact, AlarmsIntent } from "../../../intent/model/alarm-table";
import { Alarm, type AlarmProps } from "./alarm";

export interface FactAlarmProps extends Pick<AlarmProps, "of" | "periods" | "threshold"> {
  /** Name after the environment's prefix, and id of the construct. */
  readonly name: string;
}

/** An alarm of the table, with the meaning and the runbook that stand there. Its periods last five minutes. */
export function factAlarm(
  scope: Construct,
  { prefix, alarms }: { readonly prefix: string; readonly alarms: AlarmsIntent },
  { meaning, id }: AlarmFact,
  { name, ...props }: FactAlarmProps,
): void {
  new Alarm(scope, name, {
    ...props,
    name: `${prefix}-${name}`,
    meaning,
    runbook: id,
    periodSeconds: 300,
    actions: alarms.actions,
  });
}
