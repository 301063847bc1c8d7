import { Template } from "../../../../../packages/local-front-door/gateway/rest/template";

const render = (source: string, headers: Record<string, string> = {}) => {
  const { text, headers: set } = new Template(source, "here").render({ header: (name) => headers[name] });
  return [text, Object.fromEntries(set)];
};

const ORIGIN = '#set($origin = $input.params().header.get("Origin"))';

test.each<[string, Record<string, string>, string, Record<string, string>]>([
  ["plain { } text", {}, "plain { } text", {}],
  ['#set($a = "x")#if($a == "x")yes#else no#end', {}, "yes", {}],
  ['#if($a == "x")yes#else no#end', {}, " no", {}],
  ["#if($a)yes#end", {}, "", {}],
  ['#set($a = "")#if($a)an empty text is there#end', {}, "an empty text is there", {}],
  ['#if(!$a || $b == "x")either#end', {}, "either", {}],
  ['#set($a = "1")#if($a == "1" && ($a != "2"))both#end', {}, "both", {}],
  ["#if($a == $b)nothing equals what is not there#end", {}, "", {}],
  [`#set($origin = "before")${ORIGIN}#if($origin == "before")as it was#end`, {}, "as it was", {}],
  [
    `${ORIGIN}#if($origin == "a")#set($context.responseOverride.header.X-A = $origin)#end`,
    { Origin: "a" },
    "",
    { "X-A": "a" },
  ],
  [`${ORIGIN}#if($origin == "a")#set($context.responseOverride.header.X-A = $origin)#end`, { Origin: "b" }, "", {}],
  [`${ORIGIN}#if($origin)a header of another case is another#end`, { origin: "a" }, "", {}],
  ["#set($a = 'x')#if($a == \"x\")#if($b)never#else#if($a)deep#end#end#end", {}, "deep", {}],
])("%s", (source, headers, text, set) => {
  expect(render(source, headers)).toEqual([text, set]);
});

test.each([
  "$input.body",
  "$a",
  "#foreach($a in $b)#end",
  '#elseif($a == "x")',
  '#set($a = $util.base64Encode("x"))',
  '#set($context.responseOverride.status = "200")',
  '#set($a = "$b")',
  '#if($a.b == "x")#end',
  "#if($a) no end",
  "#end",
  "## a comment",
  "#set($a = 1)",
])("%s is an error, and not passed over", (source) => {
  expect(() => new Template(source, "here")).toThrow(/^here: the stand-in does not know this part of a template: /);
});
