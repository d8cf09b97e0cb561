import { parentPort, workerData } from "node:worker_threads";
import type { SkillPhrases } from "../skills/index.ts";
import { learnHere } from "./train.ts";

parentPort?.postMessage(learnHere(workerData as readonly SkillPhrases[]));
