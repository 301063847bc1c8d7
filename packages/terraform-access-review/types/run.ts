import { BINDING } from "./covered";
import type { ResourceType } from "./resource-type";
import { unlessOff } from "./strength";

export const RUN: Readonly<Record<string, ResourceType>> = {
  google_cloud_run_v2_service: {
    named: ["service", "name"],
    replaces: ["location", "name", "project"],
    loss: "the service's revisions, and its address",
    covered: [
      /^(name|custom_audiences|deletion_protection|ingress|invoker_iam_disabled|traffic\b.*)$/,
      /^(annotations|client|client_version)\b/,
      /^template\.(containers|volumes|scaling|service_account|timeout|max_instance_request_concurrency|revision|labels)\b/,
    ],
    guards: { deletion_protection: unlessOff },
    going: { "terminal_condition.state": /^CONDITION_FAILED$/ },
    opensOutside: ["traffic"],
    harmlessOutside: [
      "annotations",
      "client",
      "client_version",
      "labels",
      "template[0].annotations",
      "template[0].labels",
    ],
  },
  google_cloud_run_v2_service_iam_binding: {
    kind: "service",
    replaces: ["location", "name", "project", "role"],
    covered: BINDING,
  },
  google_cloud_run_v2_service_iam_member: {
    kind: "service",
    replaces: ["location", "member", "name", "project", "role"],
    covered: BINDING,
  },
};
