import { unreadRows } from "../../../../packages/terraform-access-review/access/unread-rows";

const pool = { name: "customers", a_newer_argument: { open: true } };
const stackWith = (more: object) => ({
  provider: {},
  resource: { aws_cognito_user_pool: { customers: pool }, ...more },
});

test("an unread argument has a row in every stack that shares its resource", () => {
  const rows = [stackWith({}), stackWith({ time_rotating: { x: {} } })].map((stack) =>
    unreadRows(stack).map(({ from }) => [from.address, from.argument]),
  );
  const own = ["aws_cognito_user_pool.customers", "a_newer_argument"];
  expect(rows).toEqual([[own], [own, ["time_rotating.x", ""]]]);
});
