import type { Preview } from "../lib/preview.ts";
import { QuietNote } from "./quiet-note.tsx";

const NOW = Date.UTC(2026, 10, 22, 8, 0);

export const previews: Preview[] = [
  { name: "A command says nothing", draw: () => <QuietNote hostName="web-01" hostSince={undefined} heardAt={NOW - 74_000} now={NOW} /> },
  { name: "A host does not answer", draw: () => <QuietNote hostName="web-01" hostSince={NOW - 48_000} heardAt={NOW - 74_000} now={NOW} /> },
];
