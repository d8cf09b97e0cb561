import "../ui/tokens.css";
import "../ui/base.css";
import { createRoot } from "react-dom/client";
import { connectCore, dialCore } from "../link/index.ts";
import { applyLook, rememberedLook } from "./appearance.ts";
import { createApp } from "./create-app.ts";
import { App } from "./frame.tsx";
import { SCREENS } from "./screens.ts";

applyLook(rememberedLook(localStorage), { root: document.documentElement, media: (query) => matchMedia(query) });
const link = connectCore(dialCore);
const app = createApp({ link, screens: SCREENS, window });
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<App app={app} />);
