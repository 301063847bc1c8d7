import { BINDING, covered } from "./covered";
import type { ResourceType } from "./resource-type";

export const RUN: Readonly<Record<string, ResourceType>> = {
  google_cloud_run_v2_service: {
    named: ["service", "name"],
    replaces: ["location", "name", "project"],
    loss: "the service's revisions, and its address",
    covered: [
      covered(/^(name|custom_audiences|deletion_protection|ingress|invoker_iam_disabled|traffic\b.*)$/),
      covered(/^(annotations|client|client_version)\b/),
      covered(
        /^template\.(containers|volumes|scaling|service_account|timeout|max_instance_request_concurrency|revision|labels)\b/,
      ),
    ],
    guards: { deletion_protection: (value) => (value === false ? 0 : 1) },
    opensOutside: ["traffic"],
  },
  google_cloud_run_v2_service_iam_binding: {
    kind: "service",
    replaces: ["location", "name", "project", "role"],
    covered: BINDING,
  },
};
