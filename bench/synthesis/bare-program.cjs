"use strict";
/**
 * The baseline of every synthesis: a minimal cdktf program for both clouds. Plain JavaScript, one stack, both providers
 * by deep import, one resource each. Argument: the folder to write to.
 */
const { App, TerraformStack } = require("cdktf");
const { AwsProvider } = require("@cdktf/provider-aws/lib/provider");
const { S3Bucket } = require("@cdktf/provider-aws/lib/s3-bucket");
const { GoogleProvider } = require("@cdktf/provider-google/lib/provider");
const { StorageBucket } = require("@cdktf/provider-google/lib/storage-bucket");

const app = new App({ outdir: process.argv[2] });
const stack = new TerraformStack(app, "bare");
new AwsProvider(stack, "aws", { region: "eu-west-1" });
new S3Bucket(stack, "one", { bucket: "bare-one" });
new GoogleProvider(stack, "google", { project: "bare", region: "europe-west1" });
new StorageBucket(stack, "other", { name: "bare-other", location: "EU" });
app.synth();
