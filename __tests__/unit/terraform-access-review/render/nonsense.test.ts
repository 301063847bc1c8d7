import { placesOf } from "../../../../intent/schema/places";
import { dev as devIntent } from "../../../support/config-folder";
import { intentOf, SHOP_CONFIG } from "../../../support/shop";
import { sourcesOf } from "../../../support/stack";

const WORD = "gribble";
const ORIGINS = {
  sources: sourcesOf(intentOf("dev")),
  former: new Map(),
  lines: () => placesOf(SHOP_CONFIG, "dev"),
};

/** The modules that decide, with the given vocabulary. */
function load() {
  return {
    ...(require("../../../../cli/expectations/ledger") as typeof import("../../../../cli/expectations/ledger")),
    ...(require("../../../../cli/review/locate") as typeof import("../../../../cli/review/locate")),
    ...(require("../../../../packages/terraform-access-review/access/ledger") as typeof import("../../../../packages/terraform-access-review/access/ledger")),
    ...(require("../../../../packages/terraform-access-review/judge/from-stacks") as typeof import("../../../../packages/terraform-access-review/judge/from-stacks")),
    ...(require("../../../../packages/terraform-access-review/judge/fail-on") as typeof import("../../../../packages/terraform-access-review/judge/fail-on")),
    ...(require("../../../../packages/terraform-access-review/render/ledger") as typeof import("../../../../packages/terraform-access-review/render/ledger")),
    ...(require("../../../../packages/terraform-access-review/render/report") as typeof import("../../../../packages/terraform-access-review/render/report")),
    ...(require("../../../fixtures/plans/fixture") as typeof import("../../../fixtures/plans/fixture")),
    ...(require("../../../support/synthesized-states") as typeof import("../../../support/synthesized-states")),
  };
}

type Loaded = ReturnType<typeof load>;

/** Every word for a fact, a change or a protection is the same, so that nothing can tell two of them apart by text. */
function loadNonsense(): Loaded {
  let loaded: Loaded | undefined;
  jest.isolateModules(() => {
    const english = "../../../../packages/terraform-access-review/render/english";
    const sentences = "../../../../packages/terraform-access-review/render/sentences";
    const kinds = Object.keys(
      (jest.requireActual(english) as typeof import("../../../../packages/terraform-access-review/render/english"))
        .ENGLISH,
    );
    const say = () => WORD;
    jest.doMock(english, () => ({ ENGLISH: Object.fromEntries(kinds.map((kind) => [kind, say])), limitName: say }));
    jest.doMock(sentences, () => ({
      rowSentence: say,
      guardSentence: say,
      ALSO_BY_ANOTHER_API: WORD,
      STILL_BY_ANOTHER_API: WORD,
    }));
    loaded = load();
  });
  jest.dontMock("../../../../packages/terraform-access-review/render/english");
  jest.dontMock("../../../../packages/terraform-access-review/render/sentences");
  return loaded as Loaded;
}

const [english, nonsense] = [load(), loadNonsense()];

const REASONS = ["broadened", "destroy", "replace", "drift"] as const;

test("the vocabulary is swapped", () => {
  const markdown = ({ accessMarkdown, accessLedger, dev }: Loaded) =>
    accessMarkdown("dev", accessLedger(dev.stack, dev.policy));
  expect(markdown(english)).not.toContain(WORD);
  expect(markdown(nonsense)).toContain(`| ${WORD} | ${WORD} | ${WORD} |`);
});

test.each([
  "scope-given",
  "client-removed",
  "pool-replaced",
  "trust-drifted",
  "cache-longer",
  "envoy-scope-given",
  "handshake-switched",
  "nothing-changed",
])("with other words, a review of the plan %s has the same changes, causes, verdict and reasons to fail", (name) => {
  const judged = ({ modelOf, fixture, locateIn, reportOf, unexpected }: Loaded) => {
    const model = modelOf(fixture(name));
    const { row, guard } = locateIn(() => ORIGINS);
    const causes = [...model.access.rows.map(row), ...model.access.guards.map(guard)].map((place) => place?.text);
    const report = reportOf(model);
    const { access, dataAtRisk, drifted } = report.verdict;
    return { changes: model.access, causes, access, dataAtRisk, drifted, met: unexpected(REASONS, model) };
  };
  expect(judged(nonsense)).toEqual(judged(english));
});

test("with other words, the same expectations are broken, by the same calls and grants", () => {
  const place = { file: "config/expectations.yaml", line: 1, column: 1, path: "dev[0]" };
  const statement = { only: false, may: false, place };
  const expectations = [
    { ...statement, principals: ["anyone"], action: "call", targets: ["GET /orders", "POST /orders"] },
    { ...statement, principals: ["customers/web"], action: "call", targets: ["GET /orders/{id}"] },
    { ...statement, principals: ["customers/web"], action: "call", may: true, only: true, targets: ["GET /products"] },
    { ...statement, principals: ["service catalog"], action: "invoke", targets: ["orders"] },
  ] as const;
  const intent = devIntent();
  const broken = ({ breaches, accessLedger, dev, edited }: Loaded) => {
    const open = edited(dev, ({ aws_apigatewayv2_route: routes, google_cloud_run_v2_service: services }) => {
      routes.orders_get_orders.authorization_type = "NONE";
      services.orders.invoker_iam_disabled = true;
    });
    return [dev, open].map(({ stack, policy }) =>
      breaches(expectations, intent, stack, accessLedger(stack, policy)).map(({ target, got, reason }) => [
        target,
        got,
        reason,
      ]),
    );
  };
  expect(broken(nonsense)).toEqual(broken(english));
  expect(broken(english)[1]).not.toEqual(broken(english)[0]);
});
