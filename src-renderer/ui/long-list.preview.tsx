import type { Preview } from "../lib/preview.ts";
import { LongList } from "./long-list.tsx";

const NAMES = Array.from({ length: 1000 }, (_, n) => `ssh/host-${String(n).padStart(4, "0")}`);

export const previews: readonly Preview[] = [
  { name: "A thousand", height: 320, draw: () => <LongList label="secrets" items={NAMES} itemText={(name) => name}>{(name) => <li key={name}>{name}</li>}</LongList> },
  { name: "A few", draw: () => <LongList label="secrets" items={NAMES.slice(0, 3)} itemText={(name) => name}>{(name) => <li key={name}>{name}</li>}</LongList> },
];
