import { seeded } from "../skills/index.ts";
import { FEATURES } from "./features.ts";

// A linear softmax classifier over hashed features, trained by plain gradient steps. Small enough to train in seconds in
// JavaScript, and deterministic. A phrase more or less must not turn sentences it has nothing to do with: each example has its own
// place in the order of an epoch, whatever stands beside it, and what is kept is the mean of the later epochs, not the last step.

export type Example = { readonly features: Int32Array; /** -1 - n: an example that is anything but class n. */ readonly label: number };
/** What training moves: a full number for every feature and class. */
type Draft = { readonly classes: number; readonly weights: Float32Array };
/** What is kept and asked: a byte for each, and one scale per class. A quarter of the memory, the same answers. */
export type Model = { readonly classes: number; readonly weights: Int8Array; readonly scales: Float32Array };

const EPOCHS = 8;
const RATE = 3;
/** The last epochs whose weights are averaged. */
const AVERAGED = 4;

export function scoresOf({ classes, weights, scales }: Model, features: Int32Array): Float32Array {
  const scores = new Float32Array(classes);
  for (const feature of features) {
    const base = feature * classes;
    for (let label = 0; label < classes; label += 1) scores[label] = (scores[label] as number) + (weights[base + label] as number);
  }
  for (let label = 0; label < classes; label += 1) scores[label] = (scores[label] as number) * (scales[label] as number);
  return shares(scores, features.length);
}

function draftScores({ classes, weights }: Draft, features: Int32Array): Float32Array {
  const scores = new Float32Array(classes);
  for (const feature of features) {
    const base = feature * classes;
    for (let label = 0; label < classes; label += 1) scores[label] = (scores[label] as number) + (weights[base + label] as number);
  }
  return shares(scores, features.length);
}

/** Softmax, in place. */
function shares(scores: Float32Array, features: number): Float32Array {
  const scale = 1 / Math.sqrt(Math.max(1, features));
  let most = -Infinity;
  for (let label = 0; label < scores.length; label += 1) {
    scores[label] = (scores[label] as number) * scale;
    most = Math.max(most, scores[label] as number);
  }
  let sum = 0;
  for (let label = 0; label < scores.length; label += 1) {
    scores[label] = Math.exp((scores[label] as number) - most);
    sum += scores[label] as number;
  }
  for (let label = 0; label < scores.length; label += 1) scores[label] = (scores[label] as number) / sum;
  return scores;
}

/** Row by row into arrays that are there already: made of an iterator, the list of millions of numbers between would cost half a gigabyte. */
function rounded({ classes, weights }: Draft): Model {
  const scales = new Float32Array(classes);
  const kept = new Int8Array(weights.length);
  byRows(weights.length, classes, (at, label) => {
    scales[label] = Math.max(scales[label] as number, Math.abs(weights[at] as number));
  });
  for (let label = 0; label < classes; label += 1) scales[label] = (scales[label] as number) / 127 || 1;
  byRows(weights.length, classes, (at, label) => {
    kept[at] = Math.round((weights[at] as number) / (scales[label] as number));
  });
  return { classes, scales, weights: kept };
}

/** Every weight with its class. */
function byRows(length: number, classes: number, visit: (at: number, label: number) => void): void {
  for (let at = 0; at < length; ) for (let label = 0; label < classes; label += 1, at += 1) visit(at, label);
}

export function train(examples: readonly Example[], classes: number): Model {
  const draft: Draft = { classes, weights: new Float32Array(FEATURES * classes) };
  const mean = new Float32Array(draft.weights.length);
  const own = examples.map(ownKey);
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    const place = Float64Array.from(own, (key) => seeded(key + epoch)());
    const order = Int32Array.from(examples, (_example, at) => at).sort((one, other) => (place[one] as number) - (place[other] as number));
    const rate = RATE / (1 + epoch * 0.5);
    for (const at of order) step(draft, examples[at] as Example, rate);
    if (epoch < EPOCHS - AVERAGED) continue;
    for (let at = 0; at < mean.length; at += 1) mean[at] = (mean[at] as number) + (draft.weights[at] as number) / AVERAGED;
  }
  return rounded({ classes, weights: mean });
}

/** Of what an example says and means alone. */
const ownKey = ({ features, label }: Example): number => features.reduce((state, feature) => Math.imul(state ^ feature, 16_777_619), 2_166_136_261 ^ label) >>> 0;

function step(draft: Draft, { features, label }: Example, rate: number): void {
  const { classes, weights } = draft;
  const errors = draftScores(draft, features);
  if (label >= 0) {
    errors[label] = (errors[label] as number) - 1;
  } else {
    const not = -1 - label;
    for (let other = 0; other < classes; other += 1) if (other !== not) errors[other] = 0;
  }
  const by = rate / Math.sqrt(Math.max(1, features.length)) * 2;
  for (let other = 0; other < classes; other += 1) {
    const error = errors[other] as number;
    if (Math.abs(error) < 0.001) continue;
    const change = by * error;
    for (const feature of features) weights[feature * classes + other] = (weights[feature * classes + other] as number) - change;
  }
}
