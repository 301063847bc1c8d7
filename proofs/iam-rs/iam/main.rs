//! Reads jobs from standard input: policies and requests. Prints what iam-rs decides on each request of a job by each of
//! its policies, with the `Sid` of each statement that matches.

use iam_rs::{Decision, EvaluationOptions, IAMPolicy, IAMRequest, PolicyEvaluator};
use std::{error::Error, io};

#[derive(serde::Deserialize)]
struct Job {
    policies: Vec<IAMPolicy>,
    requests: Vec<IAMRequest>,
}

type Answer = (Decision, Vec<String>);

fn main() -> Result<(), Box<dyn Error>> {
    let jobs: Vec<Job> = serde_json::from_reader(io::stdin().lock())?;
    let answers = jobs.into_iter().map(answers_of).collect::<Result<Vec<_>, _>>()?;
    serde_json::to_writer(io::stdout().lock(), &answers)?;
    Ok(())
}

fn answers_of(Job { policies, requests }: Job) -> Result<Vec<Vec<Answer>>, Box<dyn Error>> {
    let options = EvaluationOptions {
        stop_on_explicit_deny: false,
        collect_match_details: true,
        ..EvaluationOptions::default()
    };
    let evaluators: Vec<_> = policies
        .into_iter()
        .map(|policy| PolicyEvaluator::with_policies(vec![policy]).with_options(options.clone()))
        .collect();
    let answer = |request: &IAMRequest, evaluator: &PolicyEvaluator| -> Result<Answer, Box<dyn Error>> {
        let result = evaluator.evaluate(request).map_err(|error| format!("{error}: {request:?}"))?;
        let matching = result.statement_details.into_iter().filter(|each| each.conditions_satisfied);
        Ok((result.decision, matching.filter_map(|each| each.sid).collect()))
    };
    requests
        .iter()
        .map(|request| evaluators.iter().map(|evaluator| answer(request, evaluator)).collect())
        .collect()
}
