import { parseArgs } from "node:util";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ModelsView } from "../../../contract/index.ts";
import { USAGE, type Command, type CommandUse } from "../io.ts";
import { plainLine, writerOf } from "../plain.ts";

const HELP = `sena models list [--json]
sena models import FILE [--sha256 HEX]   copy a GGUF into SENA's home, checked against its SHA-256
sena models import FILE --list FOLDER    the same, checked against the signed list in that folder
sena models read FOLDER                  what a signed list offers: SHA256SUMS and SHA256SUMS.sig
sena models approve FOLDER               take a signed list of approved models: MODELS.json and MODELS.json.sig
sena models approved [--json]            the lists there are, and what each model is for
sena models only-approved on|off         use no model files but those on such a list
sena models forget SOURCE                let a list count no longer
sena models trust KEY.pub [--name NAME]  believe lists signed by this SSH key
sena models reviewer NAME|none           who has a second look at commands that models put forward
sena models reranker ID|none             what puts passages in order before an answer rests on them
sena models budget AMOUNT|none           what the models of one run may cost together, by your prices
sena models test ID                      measure what this machine can do with it, in words
sena models load ID [--context N] [--cpu]  load it into the running core; --cpu leaves a graphics card out
sena models unload
sena models remove ID                    delete the imported file
`;

type Approved = ModelsView["approved"]["lists"][number];

function tellApproved({ name, number, by, source, only, models }: Approved, say: (line: string) => void): void {
  say(`${plainLine(name)}, number ${number}, approved by ${plainLine(by)}${only ? ", nothing else to be used" : ""}  (${plainLine(source)})`);
  for (const model of models) say(`  ${model.sha256.slice(0, 16)}…  ${plainLine(model.name)}  ${(model.bytes / 1e6).toFixed(1)} MB  ${plainLine(model.license)}${model.purpose === "" ? "" : `  for ${plainLine(model.purpose)}`}${model.notes === "" ? "" : `\n    ${plainLine(model.notes)}`}`);
}

const modelsCommand: Command = async (argv, { io, core }) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { sha256: { type: "string" }, list: { type: "string" }, name: { type: "string", default: "" }, context: { type: "string", default: "4096" }, json: { type: "boolean", default: false }, cpu: { type: "boolean", default: false } } });
  const [verb = "", what] = positionals;
  const usage = () => (io.stderr.write(HELP), USAGE);
  const say = writerOf(io.stdout);
  switch (verb) {
    case "list": {
      const { files, providers, engine } = await (await core()).models.list({});
      if (values.json) say(JSON.stringify({ files, providers, engine }));
      else {
        for (const file of files) say(`${file.id}  ${plainLine(file.name)}  ${file.architecture}  ${(file.bytes / 1e6).toFixed(1)} MB  ${file.license === "" ? "no licence named" : plainLine(file.license)}${file.isLoaded ? "  loaded" : ""}${file.approved ? `  approved by ${plainLine(file.approved.by)} (${plainLine(file.approved.list)} ${file.approved.number})` : file.isTouched === true ? "  touched since it was checked" : ""}${file.tested ? `\n    ${plainLine(file.tested.say)}` : ""}`);
        for (const { config, isAllowed, say: why } of providers) say(`${config.id}  ${config.kind}  ${plainLine(config.model)}  ${isAllowed ? "" : "not used: "}${plainLine(why)}`);
        if (files.length + providers.length === 0) say("No models. Skills work without one. Import a GGUF with: sena models import FILE");
        say(plainLine(engine.say));
      }
      return 0;
    }
    case "import": {
      if (what === undefined) return usage();
      const client = await core();
      const items = values.list === undefined ? client.models.import({ path: resolve(what), ...(values.sha256 !== undefined && { sha256: values.sha256 }) }) : client.models.importListed({ path: resolve(values.list), file: what });
      for await (const { model } of items) if (model) say(`${model.id}  ${plainLine(model.name)}  SHA-256 ${model.sha256}`);
      return 0;
    }
    case "approve": {
      if (what === undefined) return usage();
      const { list, files } = await (await core()).models.takeApproved({ path: resolve(what) });
      tellApproved(list, say);
      for (const { path, problem, isHere } of files) if (path !== "" && !isHere) say(problem === "" ? `Beside it: ${plainLine(path)}` : `${plainLine(path)}: ${plainLine(problem)}`);
      return 0;
    }
    case "approved": {
      const { approved } = await (await core()).models.list({});
      if (values.json) say(JSON.stringify(approved));
      else {
        for (const list of approved.lists) tellApproved(list, say);
        if (approved.lists.length === 0) say("No list of approved models counts here.");
        say(approved.strictBy === "" ? "Models on no list may be used too." : `Nothing may be used but what counts for ${plainLine(approved.strictBy)}.`);
      }
      return 0;
    }
    case "only-approved":
      if (what !== "on" && what !== "off") return usage();
      await (await core()).models.setOnlyApproved({ isOnly: what === "on" });
      say(what === "on" ? "Only model files on a list of approved models may be used." : "Model files on no list may be used again.");
      return 0;
    case "forget":
      if (what === undefined) return usage();
      await (await core()).models.forgetApproved({ source: what });
      say("It counts no longer.");
      return 0;
    case "read": {
      if (what === undefined) return usage();
      const { signer, models } = await (await core()).models.readList({ path: resolve(what) });
      say(`Signed by ${plainLine(signer.name)} (${signer.id}).`);
      for (const model of models) say(`${plainLine(model.file)}  ${plainLine(model.name)}  ${(model.bytes / 1e6).toFixed(1)} MB  ${model.license === "" ? "no licence named" : plainLine(model.license)}${model.isHere ? "  imported" : ""}${model.problem === "" ? "" : `\n    ${plainLine(model.problem)}`}`);
      return 0;
    }
    case "trust": {
      if (what === undefined) return usage();
      const signer = await (await core()).models.trustSigner({ publicKey: readFileSync(resolve(what), "utf8"), name: values.name });
      say(`Lists signed by ${plainLine(signer.name)} (${signer.id}) are believed.`);
      return 0;
    }
    case "reranker":
      if (what === undefined) return usage();
      await (await core()).models.setRanker({ id: what === "none" ? "" : what });
      say(what === "none" ? "Answers rest on passages in the order of the search." : "Passages are put in order by it before an answer rests on them.");
      return 0;
    case "reviewer":
      if (what === undefined) return usage();
      await (await core()).models.setReviewer({ name: what === "none" ? "" : what });
      say(what === "none" ? "Nobody has a second look." : `${plainLine(what)} has a second look at commands that models put forward.`);
      return 0;
    case "budget": {
      // Nothing at all counts as zero to Number, and is most likely a variable that was not set.
      const amount = what === "none" ? null : Number(what?.trim() || Number.NaN);
      if (amount !== null && !(amount >= 0)) return usage();
      await (await core()).models.setRunBudget({ amount });
      say(amount === null ? "A run's models may cost any amount." : `A run's models may cost ${amount} together; what has no price is asked all the same.`);
      return 0;
    }
    case "test": {
      if (what === undefined) return usage();
      for await (const { model } of (await core()).models.test({ id: what })) if (model?.tested) say(plainLine(model.tested.say));
      return 0;
    }
    case "load": {
      if (what === undefined) return usage();
      let told: string | undefined;
      for await (const { isReady, step } of (await core()).models.load({ id: what, contextTokens: Number(values.context), ...(values.cpu && { gpu: false }) })) {
        if (step !== undefined && step !== told) say(`${plainLine((told = step))}.`);
        if (isReady) say("Loaded.");
      }
      return 0;
    }
    case "unload":
      await (await core()).models.unload({});
      say("Unloaded.");
      return 0;
    case "remove":
      if (what === undefined) return usage();
      await (await core()).models.remove({ id: what });
      say("Removed.");
      return 0;
    default:
      return usage();
  }
};

export const modelsUse: CommandUse = { help: HELP, run: modelsCommand };
