import { json, type LocalAnswer } from "../net/local-http";
import { projectNumber } from "../terraform/apply-values";
import type { Stack } from "../terraform/stack";
import type { Hop } from "../trace/hop";
import type { Decisions } from "../trace/trace";

const PROJECT_SERVICE = {
  read: ["service"],
  immaterial: { disable_on_destroy: "nothing is destroyed here" },
} as const;

/** As named in Google's own answers. */
const TITLES = {
  "iam.googleapis.com": "Identity and Access Management (IAM) API",
  "iamcredentials.googleapis.com": "IAM Service Account Credentials API",
  "run.googleapis.com": "Cloud Run Admin API",
  "secretmanager.googleapis.com": "Secret Manager API",
  "sts.googleapis.com": "Security Token Service API",
} as const;

export type GoogleService = keyof typeof TITLES;

/**
 * The APIs that the stack enables. Any other API is off here, because only the stack is known; in a real project,
 * something else may have enabled it. If a stack enables none, all are on.
 */
export class EnabledServices {
  private readonly isOn: (service: GoogleService) => boolean;

  constructor(private readonly stack: Stack) {
    const declared = stack.declaredApart("google_project_service", PROJECT_SERVICE);
    const understood = declared.filter((each) => stack.isUnderstood(each));
    const enabled = new Set(understood.map((each) => stack.text(each, "service")));
    this.isOn = (service) => declared.length === 0 || enabled.has(service);
  }

  /**
   * Returns what is missing in the stack, such as `google_project_service (sts.googleapis.com)`; undefined if all are
   * on.
   */
  missing(...services: readonly GoogleService[]): string | undefined {
    const off = services.find((service) => !this.isOn(service));
    return off && `google_project_service (${off})`;
  }

  /**
   * Google's refusal of a call if a required API is off; traced.
   * https://cloud.google.com/apis/design/errors#error_info
   */
  refusal(trace: Decisions, at: Hop["at"], ...services: readonly GoogleService[]): LocalAnswer | undefined {
    const off = services.find((service) => !this.isOn(service));
    if (off === undefined) return undefined;
    trace.refuse(at, `SERVICE_DISABLED: the stack does not enable ${off}`, this.missing(off));
    const project = projectNumber(this.stack);
    const url = `https://console.developers.google.com/apis/api/${off}/overview?project=${project}`;
    const message = `${TITLES[off]} has not been used in project ${project} before or it is disabled. Enable it by visiting ${url} then retry.`;
    const details = [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "SERVICE_DISABLED",
        domain: "googleapis.com",
        metadata: { service: off, consumer: `projects/${project}` },
      },
    ];
    return json(403, { error: { code: 403, message, status: "PERMISSION_DENIED", details } });
  }
}
