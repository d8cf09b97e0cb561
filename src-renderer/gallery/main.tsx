import "../ui/tokens.css";
import "../ui/base.css";
import { createRoot } from "react-dom/client";
import type { Preview } from "../lib/preview.ts";
import { Gallery } from "./gallery.tsx";

// Loaded one by one: a preview that does not compile in somebody's hands breaks its own page, not the gallery.
const FILES = import.meta.glob<{ previews: readonly Preview[] }>("../{ui,app,features,gallery}/**/*.preview.tsx");

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Gallery files={FILES} />);
