import "../ui/tokens.css";
import "../ui/base.css";
import { createRoot } from "react-dom/client";
import { applyLook, rememberedLook } from "../app/appearance.ts";
import { Console } from "./frame.tsx";
import { createConsole } from "./model.ts";

applyLook(rememberedLook(localStorage), { root: document.documentElement, media: (query) => matchMedia(query) });
const model = createConsole(window);
void model.begin();
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Console model={model} />);
