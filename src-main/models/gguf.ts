import { open } from "node:fs/promises";
import { basename } from "node:path";
import { assertPlain, BROUGHT } from "../store/index.ts";
import { fail } from "./failures.ts";

// A GGUF header, read by ourselves before llama.cpp may see the file: a missing key makes it abort the whole process.
// Format: ggml's gguf.md, versions 2 and 3 (little-endian).

export type GgufInfo = {
  readonly architecture: string;
  readonly name: string;
  readonly license: string;
  readonly contextLength: number;
  readonly embeddingLength: number;
  readonly blockCount: number;
  readonly headCount: number;
  readonly headCountKv: number;
  readonly feedForwardLength: number;
  readonly hasChatTemplate: boolean;
  readonly isEmbedding: boolean;
  /** It has a classifier: it tells how well a passage fits a question. */
  readonly isRanker: boolean;
  readonly fileBytes: number;
};

const HEADER_LIMIT_BYTES = 64 * 1024 * 1024;
const STEP_BYTES = 4 * 1024 * 1024;
const LIMIT_KEYS = 10_000;
const LIMIT_TENSORS = 100_000;
const MAX_DIMENSIONS = 4;
const ALIGNMENT = 32;
/** ggml's types of tensors: so many values in a block of so many bytes. Of one that is not here, only where it begins is asked for. */
const BLOCKS: Readonly<Record<number, readonly [values: number, bytes: number]>> = { 0: [1, 4], 1: [1, 2], 2: [32, 18], 3: [32, 20], 6: [32, 22], 7: [32, 24], 8: [32, 34], 9: [32, 36], 10: [256, 84], 11: [256, 110], 12: [256, 144], 13: [256, 176], 14: [256, 210], 15: [256, 292], 24: [1, 1], 25: [1, 2], 26: [1, 4], 27: [1, 8], 28: [1, 8], 30: [1, 2] };
const ENCODERS = /^(bert|nomic-bert|jina-bert|modern-bert|t5encoder|gte)/;

type Value = number | bigint | boolean | string | { readonly array: number };

class Short extends Error {}

type Header = { readonly tensors: ReadonlySet<string>; readonly keys: ReadonlyMap<string, Value>; /** How long a whole file is at least. */ readonly wholeBytes: number };

/** Reads key-value pairs and the names of tensors from the start of the file; arrays are walked over, their length kept. */
function readHeader(view: DataView): Header {
  let at = 0;
  const take = (bytes: number): number => {
    if (at + bytes > view.byteLength) throw new Short();
    at += bytes;
    return at - bytes;
  };
  const u32 = () => view.getUint32(take(4), true);
  const u64 = () => Number(view.getBigUint64(take(8), true));
  const text = () => {
    const length = u64();
    if (length > HEADER_LIMIT_BYTES) throw new Error("a text in its header is longer than any header");
    return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + take(length), length));
  };
  const WIDTHS: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
  const value = (type: number): Value => {
    switch (type) {
      case 0: return view.getUint8(take(1));
      case 1: return view.getInt8(take(1));
      case 2: return view.getUint16(take(2), true);
      case 3: return view.getInt16(take(2), true);
      case 4: return u32();
      case 5: return view.getInt32(take(4), true);
      case 6: return view.getFloat32(take(4), true);
      case 7: return view.getUint8(take(1)) !== 0;
      case 8: return text();
      case 9: {
        const of = u32();
        const length = u64();
        const width = WIDTHS[of];
        if (width !== undefined) take(width * length);
        else if (of === 8) for (let i = 0; i < length; i += 1) text();
        else throw new Error(`its header holds an array of unknown type ${of}`);
        return { array: length };
      }
      case 10: return u64();
      case 11: return Number(view.getBigInt64(take(8), true));
      case 12: return view.getFloat64(take(8), true);
      default: throw new Error(`its header holds a value of unknown type ${type}`);
    }
  };
  if (u32() !== 0x4655_4747) throw new Error("it does not begin with GGUF");
  const version = u32();
  if (version < 2 || version > 3) throw new Error(`it is GGUF version ${version}; versions 2 and 3 are known`);
  const tensorCount = u64();
  if (tensorCount > LIMIT_TENSORS) throw new Error(`it claims ${tensorCount} tensors`);
  const count = u64();
  if (count > LIMIT_KEYS) throw new Error(`it claims ${count} header keys`);
  const keys = new Map<string, Value>();
  for (let i = 0; i < count; i += 1) {
    const key = text();
    keys.set(key, value(u32()));
  }
  const tensors = new Set<string>();
  let data = 0;
  for (let i = 0; i < tensorCount; i += 1) {
    tensors.add(text());
    const dimensions = u32();
    if (dimensions > MAX_DIMENSIONS) throw new Error(`one of its tensors claims ${dimensions} dimensions`);
    let values = 1;
    for (let n = 0; n < dimensions; n += 1) values *= u64();
    const [block, bytes] = BLOCKS[u32()] ?? [1, 0];
    data = Math.max(data, u64() + Math.ceil(values / block) * bytes);
  }
  const alignment = keys.get("general.alignment");
  const aligned = typeof alignment === "number" && alignment > 0 ? alignment : ALIGNMENT;
  return { tensors, keys, wholeBytes: Math.ceil(at / aligned) * aligned + data };
}

export async function readGguf(path: string): Promise<GgufInfo> {
  const file = basename(path);
  await using handle = await open(path, BROUGHT);
  const found = await handle.stat();
  assertPlain(found);
  const fileBytes = found.size;
  let bytes = Buffer.alloc(0);
  for (;;) {
    const wanted = Math.min(fileBytes, bytes.byteLength + STEP_BYTES);
    const more = Buffer.alloc(wanted - bytes.byteLength);
    await handle.read(more, 0, more.byteLength, bytes.byteLength);
    bytes = Buffer.concat([bytes, more]);
    try {
      const header = readHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      if (fileBytes < header.wholeBytes) throw fail("MODEL_CUT_OFF", { file, why: `its header speaks of ${header.wholeBytes} bytes, and ${fileBytes} are there` });
      return infoOf(header, fileBytes);
    } catch (error) {
      if (!(error instanceof Short)) throw error instanceof Error && error.name === "Failure" ? error : fail("MODEL_NOT_A_GGUF", { file, why: (error as Error).message }, error);
      if (bytes.byteLength >= fileBytes || bytes.byteLength >= HEADER_LIMIT_BYTES) throw fail("MODEL_NOT_A_GGUF", { file, why: "it ends inside its own header; it may be half copied" });
    }
  }
}

function infoOf({ keys, tensors }: Header, fileBytes: number): GgufInfo {
  const architecture = keys.get("general.architecture");
  if (typeof architecture !== "string" || !/^[a-z0-9_-]{1,40}$/.test(architecture)) throw fail("MODEL_UNFIT", { why: "its header names no architecture" });
  const number = (key: string): number => {
    const value = keys.get(`${architecture}.${key}`);
    // llama.cpp ends the process (exit 134) where these are missing, so they are asked for here.
    if (typeof value !== "number" && !(typeof value === "object")) throw fail("MODEL_UNFIT", { why: `its header lacks ${architecture}.${key}` });
    return typeof value === "number" ? value : 0;
  };
  if (keys.get("tokenizer.ggml.model") === undefined || keys.get("tokenizer.ggml.tokens") === undefined) throw fail("MODEL_UNFIT", { why: "its header lacks a tokenizer" });
  if (keys.get("tokenizer.ggml.model") === "gpt2" && keys.get("tokenizer.ggml.merges") === undefined) throw fail("MODEL_UNFIT", { why: "its header lacks the tokenizer's merges" });
  if (tensors.size === 0) throw fail("MODEL_UNFIT", { why: "it holds no weights" });
  const headCount = number("attention.head_count");
  const isRanker = tensors.has("cls.weight") || tensors.has("cls.output.weight");
  const kv = keys.get(`${architecture}.attention.head_count_kv`);
  return {
    architecture,
    name: String(keys.get("general.name") ?? ""),
    license: String(keys.get("general.license") ?? ""),
    contextLength: number("context_length"),
    embeddingLength: number("embedding_length"),
    blockCount: number("block_count"),
    headCount,
    headCountKv: typeof kv === "number" ? kv : headCount,
    feedForwardLength: number("feed_forward_length"),
    hasChatTemplate: keys.has("tokenizer.chat_template"),
    isEmbedding: !isRanker && (ENCODERS.test(architecture) || keys.has(`${architecture}.pooling_type`)),
    isRanker,
    fileBytes,
  };
}

/** Weights, key-value cache in half precision, and working space: what loading will take, before it is tried. */
/** `sequences`: each chat that is held at a time has a cache of its own. */
export function memoryNeed(info: GgufInfo, contextTokens: number, sequences = 1): number {
  const headSize = info.headCount > 0 ? info.embeddingLength / info.headCount : 0;
  const cache = 2 * 2 * info.blockCount * info.headCountKv * headSize * contextTokens * sequences;
  const working = Math.max(32e6, info.fileBytes * 0.05) + 4 * info.embeddingLength * 512 * 4;
  return Math.round(info.fileBytes + cache + working);
}
