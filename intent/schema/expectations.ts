import type * as z from "zod";
import { ANYONE, EXPECTED_REASONS } from "../model/expectation";
import { BELOW, either, entries, id, keys, list, text, word } from "./fields";

/** One text, or a list of texts. */
function some(pattern: RegExp, doc: Parameters<typeof text>[1]) {
  return either([text(pattern, doc), list(text(pattern, doc), doc)], {
    description: doc.description,
    expected: `${doc.expected}, or a list of them`,
    remedy: `write it as in ${JSON.stringify(doc.example)}`,
    examples: [doc.example],
  });
}

const principals = (description: string, example: string) =>
  some(/^\S(.*\S)?$/, {
    description: `${description}: a caller (customers/web), anyone, agents or customers/*; with readSecrets and invoke: gateway, service orders, or a principal of config.`,
    expected: "a principal",
    example,
  });

const action = keys(
  {
    call: some(/^[A-Z]+ (\*|\/\S*)$/, {
      description: "Routes. ANY stands for every method, * for every path: POST *, ANY /orders/{id}.",
      expected: "a method, and a path or *",
      example: "GET /orders",
    }).optional(),
    except: some(/^[A-Z]+ (\*|\/\S*)$/, {
      description:
        "With call: routes whose requests the statement leaves out, such as GET /orders/export of GET /orders/{id}.",
      expected: "a method, and a path or *",
      example: "GET /orders/export",
    }).optional(),
    another: text(/^[A-Za-z_]\w*$/, {
      description:
        "With call: a variable of the path. The statement is about paths in which it names what belongs to another caller, as where of the route compares it.",
      expected: "the name of a variable of the path",
      example: "tenant",
    }).optional(),
    readSecrets: some(/^[a-z0-9-]+(\/[a-z0-9-]+)?$/, {
      description: "Secrets of services by id, and clients' secrets as in clients/reporting-agent.",
      expected: "the id of a secret",
      example: "orders-database-url",
    }).optional(),
    invoke: some(/^[a-z0-9-]+$/, {
      description: "Services that may be invoked past the gateway.",
      expected: "the id of a service",
      example: "orders",
    }).optional(),
  },
  "The action: call, readSecrets or invoke.",
);

const expectation = keys(
  {
    who: principals("Who may or may not do it", ANYONE).optional(),
    only: principals("The only principals that may do it", "customers/support-desk").optional(),
    may: action.optional(),
    mayNot: action.optional(),
    because: word(EXPECTED_REASONS, {
      description: "Why the call is refused, as the authorizer logs it. Default: any reason.",
      expected: `one of ${EXPECTED_REASONS.join(", ")}`,
    }).optional(),
    role: text(/^((organizations|projects)\/[^/\s]+\/)?roles\/[\w.]+$/, {
      description: "In place of a statement: a role of Google Cloud that the program does not know.",
      expected: "the full name of a role",
      example: "organizations/123456789012/roles/auditor",
    }).optional(),
    permissions: list(
      text(/^[a-z][a-zA-Z0-9]*([./][a-zA-Z0-9]+)+$/, {
        description: "One permission.",
        expected: "a permission of Google IAM",
        example: "logging.views.access",
      }),
      {
        description: "All permissions of role. The statements believe this list: change it together with the role.",
        expected: "a list of permissions",
        example: ["logging.views.access"],
      },
    ).optional(),
    grantsNothing: some(/^[a-z][a-z0-9_]*\.[A-Za-z0-9_-]+$/, {
      description:
        "In place of a statement: resources or modules that the program cannot read, and that give no access to a secret or a service and open no route.",
      expected: "a Terraform address, as the error gives it",
      example: "module.network",
    }).optional(),
  },
  "One statement that every plan must keep.",
);

/** The key for expectations of every environment. */
export const ALL = "all";

/** `config/expectations.yaml`: by environment, or for all of them, which principals may and may not do what. */
export const expectationsSchema = entries(
  id,
  list(expectation, { description: "The environment's expectations.", expected: "a list of expectations" }),
  {
    description: "Expectations by environment, or under all.",
    expected: "a map from environments, or all, to lists",
    remedy: BELOW,
    example: { all: [{ who: "anyone", mayNot: { call: "POST /orders" } }] },
  },
);

export type ExpectationConfig = z.output<typeof expectation>;
export type ExpectationsConfig = z.output<typeof expectationsSchema>;
