import { remove } from "./fake-aws";
import { type Answer, PERSON, PROJECT, type SandboxClouds, type ToolCall } from "./model";

/** What Google's command line answers, from Terraform's states. Undefined: it fails, as for an object that is not there. */
export async function gcloudAnswers(sandbox: SandboxClouds, { args, options }: ToolCall): Promise<Answer> {
  const words = args.filter((each) => !each.startsWith("-"));
  for (const [command, answer] of Object.entries(ANSWERS)) {
    const parts = command.split(" ");
    if (parts.some((part, index) => words[index] !== part)) continue;
    const subject = words.slice(parts.length).filter((word) => word !== PROJECT)[0] ?? "";
    if (CHANGING.test(command)) sandbox.changes.push(`gcloud ${command}`);
    return answer(sandbox, subject, options);
  }
  return undefined;
}

const CHANGING = /add-iam|update|disable|delete|set-iam|remove-iam/;

const of = (sandbox: SandboxClouds, type: string) =>
  sandbox
    .existing()
    .filter((each) => each.type === type)
    .map(({ values }) => values);

type Options = ToolCall["options"];

const ANSWERS: Readonly<Record<string, (sandbox: SandboxClouds, subject: string, options: Options) => Answer>> = {
  "projects describe": () => ({ projectId: PROJECT, projectNumber: "100000000001" }),
  "projects get-iam-policy": (sandbox) => ({
    bindings: [
      { role: "roles/owner", members: [`user:${PERSON}`] },
      ...of(sandbox, "google_project_iam_member").map(({ role, member }) => ({ role, members: [member] })),
    ],
    auditConfigs: of(sandbox, "google_project_iam_audit_config").map(({ service }) => ({ service })),
  }),
  "services list": () =>
    ["cloudresourcemanager", "iam", "iamcredentials", "logging", "run", "serviceusage", "sts"].map((name) => ({
      config: { name: `${name}.googleapis.com` },
    })),
  "config get-value account": () => PERSON,
  version: () => ({ "Google Cloud SDK": "999.0.0" }),
  "auth print-access-token": () => ({ token: "of-an-impersonation" }),
  "run services list": (sandbox) =>
    [...of(sandbox, "google_cloud_run_v2_service").map(({ name }) => name), "of-another-team"].map((name) => ({
      metadata: { name },
    })),
  "run services describe": (sandbox, subject) => {
    const service = of(sandbox, "google_cloud_run_v2_service").find(({ name }) => name === subject);
    return service && { status: { traffic: service.traffic.map(({ percent }: { percent: number }) => ({ percent })) } };
  },
  "run services add-iam-policy-binding": (sandbox, subject, { member }) => {
    const [binding] = of(sandbox, "google_cloud_run_v2_service_iam_binding");
    sandbox.happens({
      type: "google_cloud_run_v2_service_iam_binding",
      where: { name: subject },
      set: { members: [...(binding?.members ?? []), member] },
    });
    return {};
  },
  "run services update-traffic": (sandbox, subject, options) => {
    const [revision, percent] = (options["to-revisions"] ?? "").split("=");
    const traffic = [
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision, percent: Number(percent), tag: null },
    ];
    sandbox.happens({ type: "google_cloud_run_v2_service", where: { name: subject }, set: { traffic } });
    return {};
  },
  "run services delete": (sandbox, subject) => gone(sandbox, "google_cloud_run_v2_service", "name", subject),
  "iam service-accounts list": (sandbox) =>
    [...of(sandbox, "google_service_account").map(({ account_id }) => account_id), "of-another-team"].map((id) => ({
      email: `${id}@${PROJECT}.iam.gserviceaccount.com`,
    })),
  "iam service-accounts add-iam-policy-binding": (sandbox, _, { member }) => {
    const [binding] = of(sandbox, "google_service_account_iam_binding");
    sandbox.happens({
      type: "google_service_account_iam_binding",
      where: {},
      set: { members: [...(binding?.members ?? []), member] },
    });
    return {};
  },
  "iam service-accounts disable": (sandbox, subject) => {
    sandbox.happens({ type: "google_service_account", where: { email: subject }, set: { disabled: true } });
    return {};
  },
  "iam service-accounts delete": (sandbox, subject) =>
    gone(sandbox, "google_service_account", "account_id", subject.split("@")[0]),
  "iam workload-identity-pools list": (sandbox) =>
    of(sandbox, "google_iam_workload_identity_pool").map(({ workload_identity_pool_id: id }) => ({
      name: `projects/1/locations/global/workloadIdentityPools/${id}`,
      state: "ACTIVE",
    })),
  "iam workload-identity-pools providers update-aws": (sandbox, subject, options) => {
    sandbox.happens({
      type: "google_iam_workload_identity_pool_provider",
      where: { workload_identity_pool_provider_id: subject },
      set: { attribute_condition: options["attribute-condition"] },
    });
    return {};
  },
  "iam workload-identity-pools delete": (sandbox, subject) =>
    gone(sandbox, "google_iam_workload_identity_pool", "workload_identity_pool_id", subject),
  "iam roles list": (sandbox) =>
    of(sandbox, "google_project_iam_custom_role").map(({ role_id: id }) => ({
      name: `projects/${PROJECT}/roles/${id}`,
    })),
};

function gone(sandbox: SandboxClouds, type: string, attribute: string, name: string | undefined): Answer {
  return remove(sandbox, type, attribute, name) ? {} : undefined;
}
