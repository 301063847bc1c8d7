import {
  type CloudRunV2ServiceTemplate,
  type CloudRunV2ServiceTraffic,
  cloudRunV2ServiceTemplateToTerraform,
} from "@cdktf/provider-google/lib/cloud-run-v2-service";
import type { IConstruct } from "constructs";
import { FROM_ANNOTATION } from "../../contract/rollout";
import type { Service } from "../../intent/model/intent";
import { revisionName, type Template, withImage } from "../../packages/terraform-access-review/terraform-json/rollout";
import { resolved } from "../shared/resolved";
import { APP } from "./verifier";

interface RolledOut {
  /** Name of the template's revision; undefined if Cloud Run names it. */
  readonly revision?: string;
  readonly traffic: CloudRunV2ServiceTraffic[];
  readonly annotations?: Record<string, string>;
}

const ALL_TO_LATEST = [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }];

/**
 * Divides the service's calls between revisions. The previous revision has the same template with the previous image.
 * If settings or Envoy rules changed too, its computed name would be that of no revision.
 */
export function rolledOut(
  scope: IConstruct,
  { name, rollout }: Pick<Service, "name" | "rollout">,
  template: CloudRunV2ServiceTemplate,
): RolledOut {
  if (rollout === undefined) return { traffic: ALL_TO_LATEST };
  const { percent, from } = rollout;
  // Drops undefined values.
  const content: Template = JSON.parse(JSON.stringify(resolved(scope, cloudRunV2ServiceTemplateToTerraform(template))));
  const revision = revisionName(name, content);
  if (percent === 100 || from === undefined) return { revision, traffic: ALL_TO_LATEST };
  const before = revisionName(name, withImage(content, from, APP));
  const target = (named: string, share: number) => ({
    type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
    revision: named,
    percent: share,
  });
  return {
    revision,
    annotations: { [FROM_ANNOTATION]: from },
    traffic: [...(percent === 0 ? [] : [target(revision, percent)]), target(before, 100 - percent)],
  };
}
