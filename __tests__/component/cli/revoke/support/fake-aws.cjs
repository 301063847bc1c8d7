"use strict";
/** A stand-in for the tool `aws` of one account, whose state it changes, and which keeps its calls. */
const { readFileSync, writeFileSync } = require("node:fs");

class Refused extends Error {}

function refuse(error) {
  throw new Refused(`An error occurred (${error}): no`);
}

/** @returns exit code, standard output and standard error */
function call(state, args) {
  const value = (name) => args[args.indexOf(name) + 1];
  const name = args.slice(0, 2).join(" ");
  state.calls.push(name);
  try {
    const answer = answerOf(name, state, value, args.includes("--revision-id"));
    if (state.denied === name) refuse("AccessDeniedException");
    return { code: 0, out: `${JSON.stringify(answer())}\n`, error: "" };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { code: 254, out: "", error: `${error.message}\n` };
  }
}

function answerOf(name, state, value, hasRevision) {
  const revisionOf = (alias) => `r-${state.aliases[alias]}`;
  const answers = {
    "sts get-caller-identity": () => ({ Account: state.account }),
    "lambda get-function-configuration": () => ({
      Environment: { Variables: state.functions[value("--function-name")] },
      RevisionId: "r-1",
    }),
    "lambda update-function-configuration": () => {
      state.functions[value("--function-name")] = JSON.parse(value("--environment")).Variables;
      return {};
    },
    "lambda wait": () => ({}),
    "lambda list-aliases": () => ({
      Aliases: Object.entries(state.aliases).map(([Name, FunctionVersion]) => ({
        Name,
        FunctionVersion,
        RevisionId: revisionOf(Name),
      })),
    }),
    "lambda publish-version": () => {
      const now = JSON.stringify(state.functions[value("--function-name")]);
      if (state.versions.at(-1) !== now) state.versions.push(now);
      const Version = String(state.versions.length);
      Object.assign(state, state.meanwhile);
      return { Version };
    },
    "lambda update-alias": () => {
      if (hasRevision && value("--revision-id") !== revisionOf(value("--name"))) refuse("PreconditionFailedException");
      state.aliases[value("--name")] = value("--function-version");
      return {};
    },
    "lambda get-alias": () => ({
      FunctionVersion: state.aliases[value("--name")],
      RoutingConfig: state.weights && { AdditionalVersionWeights: state.weights },
    }),
    "apigatewayv2 get-apis": () => ({ Items: state.http }),
    "apigatewayv2 get-stage": () => ({ StageVariables: state.variables }),
    "apigatewayv2 update-stage": () => {
      state.variables = JSON.parse(value("--stage-variables"));
      return {};
    },
    "apigateway get-rest-apis": () => ({ items: state.rest }),
    "apigateway update-stage": () => {
      state.variables = { policy: /value=(.*)/.exec(value("--patch-operations"))[1] };
      return {};
    },
  };
  return answers[name];
}

/** The tool itself, whose account is a file. */
function main(file) {
  const state = JSON.parse(readFileSync(file, "utf8"));
  const { code, out, error } = call(state, process.argv.slice(2));
  writeFileSync(file, JSON.stringify(state));
  process.stdout.write(out);
  process.stderr.write(error);
  process.exitCode = code;
}

module.exports = { call, main };
