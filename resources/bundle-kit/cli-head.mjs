#!/usr/bin/env node
// Checks an evidence bundle with nothing but Node (20 or later): no packages, no network.
//   node verify.mjs [BUNDLE.zip | FOLDER] [--key VERIFIER-KEY]… [--resume FILE] [--json] [--quiet]
// Without an argument it checks the folder it lies in. Exit code 0: everything holds. 1: something does not; each thing
// that does not is named. 2: it could not be read. Read this file before you trust it: it is short on purpose.
import { createHash, createPublicKey, verify } from "node:crypto";
import { closeSync, existsSync, lstatSync, openSync, readFileSync, readSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join as joinPath, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
