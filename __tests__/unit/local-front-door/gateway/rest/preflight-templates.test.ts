import {
  originsTemplate,
  statusTemplate,
  templateOrigin,
} from "../../../../../packages/local-front-door/gateway/rest/http-proxy";

const template = (condition: string) =>
  [
    '#set($origin = $input.params().header.get("Origin"))',
    '#if(!$origin || $origin == "")#set($origin = $input.params().header.get("origin"))#end',
    `#if(${condition})#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end`,
  ].join("\n");
const ONE = '$origin == "https://a.example"';

test("the origins of a preflight's template are read in their order", () => {
  expect(originsTemplate(template(ONE), "here")).toEqual(["https://a.example"]);
  expect(originsTemplate(template(`${ONE} || $origin == "http://b:1"`), "here")).toEqual([
    "https://a.example",
    "http://b:1",
  ]);
});

test("any other template is refused with its address, even a small addition to the known one", () => {
  const others = [
    "",
    template('$origin != "https://a.example"'),
    template(`${ONE} && $origin == "x"`),
    template('$origin == "$other"'),
    template("$origin"),
    `${template(ONE)} `,
    `${template(ONE)}#end`,
    template(ONE).replace('get("origin")', 'get("referer")'),
    template(ONE).replace("Allow-Origin", "Allow-Credentials"),
    '#set($context.responseOverride.status = "200")',
  ];
  for (const source of others) expect(() => originsTemplate(source, "here")).toThrow("here: got ");
});

test("a status is exactly one number", () => {
  expect([statusTemplate('{"statusCode":204}', "here"), statusTemplate('{ "statusCode": 200 }', "here")]).toEqual([
    204, 200,
  ]);
  for (const source of [
    "",
    "{}",
    '{"statusCode":"204"}',
    '{"statusCode":204,"a":1}',
    '#set($a = "1"){"statusCode":204}',
  ]) {
    expect(() => statusTemplate(source, "here")).toThrow("here: got ");
  }
});

const SENT: readonly [string, string] = ["Origin", "a"];
const OTHER: readonly [string, string] = ["origin", "b"];

test.each<[readonly (readonly [string, string])[], string | undefined]>([
  [[], undefined],
  [[SENT], "a"],
  [[["origin", "a"]], "a"],
  [[SENT, OTHER], "a"],
  [[["Origin", ""], OTHER], "b"],
  [[["Origin", ""]], ""],
  [[["ORIGIN", "a"]], undefined],
])("for the headers %j the template uses %j", (headers, origin) => {
  expect(templateOrigin(headers)).toBe(origin);
});
